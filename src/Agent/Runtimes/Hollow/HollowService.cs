using k8s;
using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Nodes;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>Many fake nodes in one process: one client and one watch for all of them. When it ends they stay, and go dark as real ones would.</summary>
internal sealed class HollowService(
    AgentOptions options, BackOffPolicy backOff, TimeProvider time, ILoggerFactory loggers, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>Status writes under way at once: enough to fill the controller's group commits, too few to fill its memory.</summary>
    private const int CallsAtOnce = 64;

    /// <summary>Nobody deletes a thousand nodes one by one; looking as often as one node does would be a load of its own.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger<HollowService>();

    /// <summary>Why it could not go on; null while it can.</summary>
    public Exception? Failure { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Failure = e;
            lifetime.StopApplication();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var path = options.Hollow.Kubeconfig ?? throw new JoinException("--kubeconfig: Required value");
        var configuration = HollowCredentials.Read(path);
        using var client = new Kubernetes(configuration);
        await HollowCredentials.CheckAsync(client, path, time, _logger, cancellationToken);
        var address = Machine.AddressTowards(new Uri(configuration.Host));
        var nodes = Enumerable.Range(0, options.Hollow.Nodes)
            .Select(index => new HollowNode(HollowNode.Describe(options.Hollow.NameOf(index), address, options.Labels, options.Capacity))).ToList();
        var times = new HeartbeatTimes(options.LeaseRenew, options.LeaseDuration, options.StatusInterval) { LookEvery = LookEvery };
        var lives = nodes.Select(node => new HollowNodeLife(client, node, times, time, _logger)).ToList();
        var running = Task.WhenAny(lives.Select((life, index) => life.RunAsync(options.LeaseRenew * index / lives.Count, cancellationToken))).Unwrap();
        // A pod can only be told its address by a node that has its range.
        await await Task.WhenAny(running, Task.WhenAll(lives.Select(life => life.Ready)));
        Console.Out.WriteLine($"Hollow nodes {options.Hollow.NameOf(0)} to {options.Hollow.NameOf(nodes.Count - 1)} ready");
        await Console.Out.FlushAsync(cancellationToken);
        using var calls = new SemaphoreSlim(CallsAtOnce);
        var pods = new HollowPods(
            nodes.ToDictionary(node => node.Identity.Name),
            new(options.Hollow.StartDelay, options.Hollow.RunTime, options.Hollow.FailureRate),
            backOff,
            new(new PodApi(client), calls, time, _logger, cancellationToken));
        var watching = new PodWatcher(PodFeed.OfAllNodes(client), pods, time, loggers.CreateLogger<PodWatcher>()).RunAsync(cancellationToken);
        await await Task.WhenAny(running, watching);
    }
}
