using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using k8s.Models;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Probes;

/// <summary>The probes of a container over its life, a thousand times faster than the clock.</summary>
public sealed class ContainerProbesTests
{
    private const int ManyRounds = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Readiness_AskedForLong_IsStillToldWhenItIsLostAndWhenItIsBack()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(new Hurried());
        var found = new Findings();
        using var listener = new Listener();
        using var probes = Begin(new() { ReadinessProbe = Ask(listener.Port) }, harness, prober, found);
        await found.SeesAsync(true, ManyRounds);
        listener.Stop();
        await found.SeesAsync(false, ManyRounds);
        listener.Start();
        await found.SeesAsync(true, 1);
        Assert.False(probes.Ended.IsCompleted);
        Assert.Matches("^1+(-1)*(-0)+1+$", found.Story);
    }

    [Fact]
    public async Task Liveness_PassedForLong_IsStillToldWhenItFails()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(new Hurried());
        var found = new Findings();
        using var listener = new Listener();
        // Readiness beside it counts the rounds.
        using var probes = Begin(new() { ReadinessProbe = Ask(listener.Port), LivenessProbe = Ask(listener.Port) }, harness, prober, found);
        await found.SeesAsync(true, ManyRounds);
        Assert.False(found.Unhealthy.Task.IsCompleted);
        listener.Stop();
        Assert.Equal(ProbeKind.Liveness, await found.Unhealthy.Task.WaitAsync(Patience, ProcessHarness.Cancellation));
    }

    [Fact]
    public async Task Readiness_NotYetListening_IsAskedSoonerAndIsNoNews_UntilItsPeriodIsOver()
    {
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(new Hurried());
        var found = new Findings();
        using var listener = new Listener();
        listener.Stop();
        using var probes = Begin(new() { ReadinessProbe = Ask(listener.Port) }, harness, prober, found);
        await found.SeesAsync(false, 6);
        // At 0, 0.1, 0.3 and 0.7 s, and then each second.
        Assert.StartsWith("0000-0-0", found.Story, StringComparison.Ordinal);
    }

    private static V1Probe Ask(int port) => new() { TcpSocket = new() { Port = port }, PeriodSeconds = 1, TimeoutSeconds = 3600, FailureThreshold = 3 };

    private static ContainerProbes Begin(V1Container container, ProcessHarness harness, Prober prober, Findings found)
    {
        var time = new Hurried();
        return new(new(container, "id", "127.0.0.1", harness.Runtime), time.GetUtcNow(), wasReady: false, wasStarted: false, prober, time, found);
    }

    /// <summary>What has to wait a second waits a millisecond.</summary>
    private sealed class Hurried : TimeProvider
    {
        private const int Times = 1000;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Times : dueTime, period > TimeSpan.Zero ? period / Times : period);
    }

    /// <summary>A port that can be left and taken again.</summary>
    private sealed class Listener : IDisposable
    {
        private TcpListener _listener = new(IPAddress.Loopback, 0);

        public Listener()
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        }

        public int Port { get; }

        public void Start()
        {
            _listener = new(IPAddress.Loopback, Port);
            _listener.Start();
        }

        public void Stop() => _listener.Dispose();

        public void Dispose() => _listener.Dispose();
    }

    private sealed class Findings : IProbeObserver
    {
        private readonly Channel<bool> _ready = Channel.CreateUnbounded<bool>();
        private readonly Lock _lock = new();
        private readonly System.Text.StringBuilder _story = new();

        public TaskCompletionSource<ProbeKind> Unhealthy { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>In order: whether it is ready (1, 0), and each failure that is told (-).</summary>
        public string Story
        {
            get
            {
                lock (_lock)
                {
                    return _story.ToString();
                }
            }
        }

        public async Task SeesAsync(bool ready, int times)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ProcessHarness.Cancellation);
            limit.CancelAfter(Patience);
            while (times > 0)
            {
                times -= await _ready.Reader.ReadAsync(limit.Token) == ready ? 1 : 0;
            }
        }

        public void Started(string containerId)
        {
        }

        public void Ready(string containerId, bool ready)
        {
            Tell(ready ? '1' : '0');
            _ready.Writer.TryWrite(ready);
        }

        public void Failed(string containerId, ProbeKind kind, string output) => Tell('-');

        void IProbeObserver.Unhealthy(string containerId, ProbeKind kind) => Unhealthy.TrySetResult(kind);

        private void Tell(char what)
        {
            lock (_lock)
            {
                _story.Append(what);
            }
        }
    }
}
