using k8s.Models;
using Orchestrator.Agent.Pods.Lifecycle;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Volumes;

namespace Orchestrator.Agent.Pods;

/// <summary>
/// The operations of one pod that are under way, at most one a container. <see cref="Memory"/> is changed on the worker's loop only:
/// an operation's end is posted to it.
/// </summary>
internal sealed class PodOperations(PodServices services, Action<Action> post) : IAsyncDisposable
{
    private static readonly TimeSpan ConfigRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopRetry = TimeSpan.FromSeconds(1);

    private readonly ContainerStarter _starter = new(services);
    private readonly ContainerStopper _stopper = new(services);
    private readonly Dictionary<string, ContainerMemory> _memory = [];
    private readonly Dictionary<string, CancellationTokenSource> _starts = [];
    private readonly Dictionary<string, RunningStop> _stops = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _all = new();

    private sealed record RunningStop(DateTimeOffset Deadline, CancellationTokenSource Cancellation);

    public Dictionary<string, ContainerMemory> Memory => _memory;

    public bool SandboxBusy { get; private set; }

    public StartFailure? SandboxFailure { get; private set; }

    public void Begin(PodAction action, PodFacts facts, bool runHooks)
    {
        switch (action)
        {
            case PodAction.RunSandbox:
                BeginSandbox("sandbox start", facts.Pod, cancellation => RunSandboxAsync(facts.Pod, cancellation));
                break;
            case PodAction.StopSandbox:
                BeginSandbox("sandbox stop", facts.Pod, cancellation => services.Runtime.StopSandboxAsync(facts.Pod.Metadata.Uid, cancellation));
                break;
            case PodAction.StartContainer start:
                BeginStart(facts.Pod, start, facts.Sandbox?.Address ?? "");
                break;
            case PodAction.StopContainer stop:
                services.Events.Publish(facts.Pod, stop.Container, EventTypes.Normal, "Killing", stop.Message);
                BeginStop(facts, stop, runHooks);
                break;
            case PodAction.RemoveContainer remove:
                Track(RunAsync(facts.Pod, "container removal", () => services.Runtime.RemoveContainerAsync(remove.Id, _all.Token), () => { }));
                break;
        }
    }

    /// <summary>The pod has to end by then: starts are given up, stops that would take longer are shortened.</summary>
    public void Hurry(DateTimeOffset deadline)
    {
        foreach (var start in _starts.Values)
        {
            start.Cancel();
        }
        foreach (var stop in _stops.Values.Where(stop => stop.Deadline > deadline))
        {
            stop.Cancellation.Cancel();
        }
    }

    /// <summary>The machine's clock was set: all times that are kept here move with it.</summary>
    public void Move(TimeSpan by)
    {
        foreach (var (container, memory) in _memory.ToArray())
        {
            _memory[container] = memory.Moved(by);
        }
        foreach (var (container, stop) in _stops.ToArray())
        {
            _stops[container] = stop with { Deadline = stop.Deadline + by };
        }
        SandboxFailure = SandboxFailure?.Moved(by);
    }

    public void Remember(string container, Func<ContainerMemory, ContainerMemory> change) =>
        _memory[container] = change(_memory.GetValueOrDefault(container, ContainerMemory.Empty));

    /// <summary>Gives up what is under way and waits for its end: after that nothing comes to run any more.</summary>
    public async Task StopAsync()
    {
        await _all.CancelAsync();
        Task[] running;
        lock (_running)
        {
            running = [.. _running];
        }
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _all.Dispose();
    }

    private void Track(Task operation)
    {
        lock (_running)
        {
            _running.RemoveWhere(task => task.IsCompleted);
            _running.Add(operation);
        }
    }

    private void BeginSandbox(string what, V1Pod pod, Func<CancellationToken, Task> run)
    {
        SandboxBusy = true;
        Track(Task.Run(async () =>
        {
            StartFailure? failure = null;
            try
            {
                await run(_all.Token);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.OperationFailed(services.Logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, what, e);
                var reason = e is VolumeException volume ? volume.Reason : "FailedCreatePodSandBox";
                services.Events.Publish(pod, null, EventTypes.Warning, reason, e.Message);
                var now = services.Time.GetUtcNow();
                failure = new(reason, e.Message, now, now + ConfigRetry);
            }
            post(() => (SandboxBusy, SandboxFailure) = (false, failure));
        }));
    }

    private async Task RunSandboxAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        await services.Volumes.SetUpAsync(pod, cancellationToken);
        await services.Runtime.RunSandboxAsync(SandboxOf(pod), cancellationToken);
    }

    private void BeginStart(V1Pod pod, PodAction.StartContainer start, string address)
    {
        var name = start.Container.Name;
        var cancellation = _starts[name] = CancellationTokenSource.CreateLinkedTokenSource(_all.Token);
        Remember(name, memory => memory with
        {
            Operation = ContainerOperation.Starting, BackOff = start.BackOff, Started = false, Ready = false, Unhealthy = null,
        });
        Track(Task.Run(async () =>
        {
            Func<ContainerMemory, ContainerMemory> outcome;
            try
            {
                var unhealthy = await _starter.StartAsync(pod, start.Container, start.Attempt, address, cancellation.Token);
                outcome = memory => memory with { Failure = null, PullBackOff = null, Unhealthy = unhealthy };
            }
            catch (Exception e)
            {
                outcome = memory => AfterFailure(pod, memory, e);
            }
            post(() =>
            {
                _starts.Remove(name);
                cancellation.Dispose();
                Remember(name, memory => outcome(memory) with { Operation = ContainerOperation.None });
            });
        }));
    }

    private ContainerMemory AfterFailure(V1Pod pod, ContainerMemory memory, Exception exception)
    {
        var now = services.Time.GetUtcNow();
        switch (exception)
        {
            case OperationCanceledException:
            // The runtime keeps a container that would not start as one that ended: the restart rules take it from there.
            case RunContainerException:
                return memory with { Failure = null };
            case ImagePullException pull:
                var backOff = services.BackOff.Next(memory.PullBackOff, now, now);
                return memory with { PullBackOff = backOff, Failure = new(pull.Reason, pull.Message, now, now + backOff.Delay) };
            case InvalidImageNameException name:
                return memory with { Failure = new(name.Reason, name.Message, now, RetryAt: null) };
            case RuntimeException known:
                return memory with { Failure = new(known.Reason, known.Message, now, now + ConfigRetry) };
            default:
                Log.OperationFailed(services.Logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, "container start", exception);
                return memory with { Failure = new("CreateContainerError", exception.Message, now, now + ConfigRetry) };
        }
    }

    private void BeginStop(PodFacts facts, PodAction.StopContainer stop, bool runHooks)
    {
        var (pod, address) = (facts.Pod, facts.Sandbox?.Address);
        var name = stop.Container.Name;
        // A stop that is shortened does not run its hook again.
        var isFirst = !_stops.ContainsKey(name);
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_all.Token);
        _stops[name] = new(stop.Deadline, cancellation);
        // One that ends with its pod is ready until it has ended, if the pod may be.
        Remember(name, memory => memory with { Operation = ContainerOperation.Stopping, Ready = memory.Ready && facts.Stop is not null });
        Track(RunAsync(
            pod,
            "container stop",
            () => _stopper.StopAsync(pod, stop.Container, stop.Id, address, stop.Deadline, runHooks && isFirst, cancellation.Token),
            () =>
            {
                if (!cancellation.IsCancellationRequested)
                {
                    _stops.Remove(name);
                }
                cancellation.Dispose();
                Remember(name, memory => memory with { Operation = ContainerOperation.None });
            }));
    }

    private async Task RunAsync(V1Pod pod, string what, Func<Task> run, Action ended)
    {
        try
        {
            await Task.Run(run);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            Log.OperationFailed(services.Logger, pod.Metadata.NamespaceProperty, pod.Metadata.Name, what, e);
            await Task.Delay(StopRetry, services.Time, _all.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        post(ended);
    }

    // A pod's name may be longer than a host's.
    private static string DefaultHostname(string name) => name.Length <= 63 ? name : name[..63].TrimEnd('-', '.');

    private SandboxSpec SandboxOf(V1Pod pod) => new()
    {
        PodUid = pod.Metadata.Uid,
        Namespace = pod.Metadata.NamespaceProperty,
        PodName = pod.Metadata.Name,
        Hostname = string.IsNullOrEmpty(pod.Spec.Hostname) ? DefaultHostname(pod.Metadata.Name) : pod.Spec.Hostname,
        HostAddress = pod.Spec.HostNetwork == true ? services.Node.Address : null,
        Handler = services.Handler,
        Pod = pod.Spec,
    };
}
