using k8s.Models;

namespace Orchestrator.Agent.Probes;

internal enum ProbeKind
{
    Startup,
    Readiness,
    Liveness,
}

/// <summary>
/// The probes of one running container: the startup probe first, alone; once it has passed, readiness and liveness side by side.
/// Ends when it is disposed of, or has said that the container is unhealthy. Of a container that is to end anyway only readiness is still asked.
/// </summary>
internal sealed class ContainerProbes : IDisposable
{
    private static readonly TimeSpan FastRetry = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _judging;
    private readonly Prober _prober;
    private readonly TimeProvider _time;
    private readonly ProbeTarget _target;
    private readonly IProbeObserver _observer;

    public ContainerProbes(ProbeTarget target, DateTimeOffset startedAt, bool wasReady, bool wasStarted, Prober prober, TimeProvider time, IProbeObserver observer)
    {
        (_target, _prober, _time, _observer) = (target, prober, time, observer);
        _judging = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Ended = Task.Run(() => RunAsync(startedAt, wasReady, wasStarted, _stop.Token, _judging.Token));
    }

    public Task Ended { get; }

    /// <summary>No startup and no liveness any more. May be called again.</summary>
    public void KeepReadinessOnly() => _judging.Cancel();

    public void Dispose()
    {
        _stop.Cancel();
        _judging.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(DateTimeOffset startedAt, bool wasReady, bool wasStarted, CancellationToken cancellationToken, CancellationToken judging)
    {
        var container = _target.Container;
        if (container.StartupProbe is { } startup && !wasStarted)
        {
            await RepeatAsync(ProbeKind.Startup, startup, startedAt, false, tracker => tracker.Passing, judging);
        }
        _observer.Started(_target.ContainerId);
        if (container.ReadinessProbe is null)
        {
            _observer.Ready(_target.ContainerId, true);
        }
        await Task.WhenAll(
            container.ReadinessProbe is { } readiness
                ? RepeatAsync(ProbeKind.Readiness, readiness, startedAt, wasReady, _ => false, cancellationToken)
                : Task.CompletedTask,
            container.LivenessProbe is { } liveness
                ? RepeatAsync(ProbeKind.Liveness, liveness, startedAt, true, _ => false, judging)
                : Task.CompletedTask);
    }

    private async Task RepeatAsync(
        ProbeKind kind, V1Probe probe, DateTimeOffset startedAt, bool initial, Func<ProbeTracker, bool> isDone, CancellationToken cancellationToken)
    {
        var tracker = new ProbeTracker(Math.Max(1, probe.SuccessThreshold ?? 1), Math.Max(1, probe.FailureThreshold ?? 3), initial);
        var period = TimeSpan.FromSeconds(Math.Max(1, probe.PeriodSeconds ?? 10));
        var timeout = TimeSpan.FromSeconds(Math.Max(1, probe.TimeoutSeconds ?? 1));
        var initialDelay = TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0);
        var delay = startedAt + initialDelay - _time.GetUtcNow();
        // Longer than that it is when the clock was set back after the start.
        delay = delay < initialDelay ? delay : initialDelay;
        // Not ready since it was started: it may still be on its way.
        var young = kind == ProbeKind.Readiness && !initial;
        var fast = FastRetry;
        while (true)
        {
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, _time, cancellationToken);
            }
            var result = await _prober.ProbeAsync(_target, probe.HttpGet, probe.TcpSocket, probe.Exec, probe.Grpc, timeout, cancellationToken);
            if (result.IsUnknown)
            {
                // Nobody could be asked: that says nothing about the container.
                delay = period;
                continue;
            }
            var decided = tracker.Add(result.Success);
            young &= !tracker.Passing;
            // A container that has not begun to listen yet is no news until its period is over.
            var early = young && !result.Success && fast < period;
            if (!result.Success && !early)
            {
                _observer.Failed(_target.ContainerId, kind, result.Output);
            }
            if (kind == ProbeKind.Readiness)
            {
                _observer.Ready(_target.ContainerId, tracker.Passing);
            }
            else if (decided && !tracker.Passing)
            {
                _observer.Unhealthy(_target.ContainerId, kind);
                return;
            }
            if (isDone(tracker))
            {
                return;
            }
            // Kubernetes lets a container that is not ready be asked more often than its period; so it is ready soon after it listens.
            delay = early ? fast : period;
            fast = early ? fast * 2 : period;
        }
    }
}
