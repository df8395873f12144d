using k8s;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Metrics;
using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Nodes;
using Orchestrator.Agent.Nodes.Eviction;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Orchestrator.Agent.Tunnel;
using Orchestrator.Agent.Volumes;
using Orchestrator.Agent.Volumes.Persistent;

namespace Orchestrator.Agent.Hosting;

/// <summary>
/// The agent's life: adopt what runs, join, register, go on with the pods it had, then follow the API. Pods that are known need no API to go on.
/// </summary>
internal sealed class AgentService(
    AgentOptions options,
    IProcessPlatform platform,
    BackOffPolicy backOff,
    TunnelListener listener,
    TimeProvider time,
    ILoggerFactory loggers,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly ILogger _logger = loggers.CreateLogger<AgentService>();
    private readonly AddressRangeMemory _range = new(options.DataFolder);
    private int _announced;

    /// <summary>Why the agent could not go on; null while it can.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Null until the pods are known.</summary>
    public AgentEndpoints? Endpoints { get; private set; }

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
        await using var runtimes = await RuntimeChoice.MakeAsync(options, platform, loggers, cancellationToken);
        await runtimes.OpenAsync(cancellationToken);
        var configuration = await ConnectAsync(cancellationToken);
        using var client = new Kubernetes(ClusterConnection.WithoutPatience(configuration));
        await using var events = new EventRecorder(client, options.NodeName, time, loggers.CreateLogger<EventRecorder>());
        var identity = new NodeIdentity(
            options.NodeName,
            Machine.AddressTowards(new Uri(configuration.Host)),
            [.. runtimes.Handlers],
            options.Labels,
            Machine.Capacity(options.DataFolder, options.Capacity),
            Machine.Describe(runtimes.Default.Version));
        var daemons = new DaemonService(client, identity.Name, events, time, loggers.CreateLogger<DaemonService>());
        var api = daemons.Wrap(new PodApi(client));
        var checkpoints = new PodCheckpoints(Path.Combine(options.DataFolder, "pods"));
        var node = new NodeFacts(identity.Name, identity.Address, identity.Capacity);
        var folders = new VolumeFolders(options.VolumeFolder);
        using var persistent = new PersistentVolumes(client, folders, options, runtimes, time, loggers.CreateLogger<PersistentVolumes>());
        var volumes = new VolumeManager(folders, api, node, time, persistent.Claims);
        using var prober = new Prober(time);
        await using var network = await NodeNetwork.MakeAsync(options, identity, runtimes, events, time, loggers.CreateLogger<ServiceNetwork>(), cancellationToken);
        var pods = new PodTable(runtimes, new(
            runtimes.Default, api, events, new ConfigSource(api), volumes, checkpoints, prober, node, backOff, time, loggers.CreateLogger<PodWorker>()) { Directory = network.Directory });
        using var usage = new UsageSampler(runtimes, time, _logger);
        Endpoints = AgentEndpoints.Make(pods, runtimes, usage, persistent.Usages, network, time, loggers);
        try
        {
            await FollowAsync(client, configuration, identity, runtimes, pods, volumes, persistent, usage, daemons, network, api, events, cancellationToken);
        }
        finally
        {
            if (options.StopPodsOnExit && cancellationToken.IsCancellationRequested)
            {
                await pods.StopAllAsync(CancellationToken.None);
            }
            await pods.DisposeAsync();
        }
    }

    private async Task FollowAsync(
        Kubernetes client, KubernetesClientConfiguration configuration, NodeIdentity identity, RuntimeSet runtimes, PodTable pods, VolumeManager volumes,
        PersistentVolumes persistent, UsageSampler usage, DaemonService daemons, ServiceNetwork network, IPodApi api, EventRecorder events, CancellationToken cancellationToken)
    {
        if (_range.Read() is { } known)
        {
            runtimes.UseAddressRange(known);
            network.UseAddressRange(known);
            await pods.RestoreAsync(cancellationToken);
        }
        var upkeep = new NodeUpkeep(options, runtimes, pods, volumes.Folders, time, _logger);
        using var heartbeat = new NodeHeartbeat(
            client, identity, new(options.LeaseRenew, options.LeaseDuration, options.StatusInterval), () => upkeep.Evictions.Pressure, () => runtimes.Fault, time, _logger)
        {
            NetworkProblem = () => network.RangeProblem,
        };
        var told = new PressureEvents(identity.Name, (about, type, reason, message) => events.Publish(about, "kubelet", type, reason, message));
        upkeep.Evictions.PressureChanged += () => told.Tell(upkeep.Evictions.Pressure);
        upkeep.Evictions.PressureChanged += () => _ = heartbeat.WriteStatusNowAsync(cancellationToken);
        using var membership = new NodeMembership(new NodeRegistration(client, identity, time, _logger), heartbeat, UseAddressRange);
        await membership.RegisterAsync(cancellationToken);
        var beating = heartbeat.RunAsync(Announce, cancellationToken);
        var tunnel = new TunnelClient(configuration, identity.Name, listener, time, loggers.CreateLogger<TunnelClient>()).RunAsync(cancellationToken);
        await membership.EstablishAsync(cancellationToken);
        if (await heartbeat.WriteStatusNowAsync(cancellationToken))
        {
            Announce();
        }
        var watching = new PodWatcher(daemons.Wrap(new PodFeed(client, identity.Name)), pods, time, loggers.CreateLogger<PodWatcher>()).RunAsync(cancellationToken);
        var refreshing = new VolumeRefresher(volumes, () => pods.Pods, time, _logger).RunAsync(cancellationToken);
        // None of these ends by itself; the first that fails ends the agent, which its service manager starts again. Its pods go on.
        await await Task.WhenAny(beating, tunnel, watching, refreshing, persistent.RunAsync(cancellationToken),
            usage.RunAsync(cancellationToken), upkeep.RunAsync(cancellationToken), membership.KeepAsync(cancellationToken),
            daemons.RunAsync(api, pods, cancellationToken), network.RunAsync(client, cancellationToken));

        void UseAddressRange(string range)
        {
            _range.Write(range);
            runtimes.UseAddressRange(range);
            network.UseAddressRange(range);
        }
    }

    private async Task<KubernetesClientConfiguration> ConnectAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(options.KubeconfigPath))
        {
            var bootstrap = options.BootstrapKubeconfig is { } path
                ? Kubeconfig.Read(path)
                : throw new JoinException($"this node has not joined a cluster yet ({options.KubeconfigPath} does not exist): --bootstrap-kubeconfig is needed");
            await new NodeJoin(options.NodeName, options.KubeconfigPath, time, _logger).JoinAsync(bootstrap, cancellationToken);
        }
        return Kubeconfig.Read(options.KubeconfigPath);
    }

    private void Announce()
    {
        if (Interlocked.Exchange(ref _announced, 1) == 0)
        {
            Console.Out.WriteLine($"Agent {options.NodeName} ready");
            Console.Out.Flush();
        }
    }
}
