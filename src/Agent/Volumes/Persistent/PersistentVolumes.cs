using Docker.DotNet;
using k8s;
using k8s.Models;
using Orchestrator.Agent.Daemons;
using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Model;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>All of an agent that has to do with volumes that outlive pods.</summary>
internal sealed class PersistentVolumes : IDisposable
{
    private readonly VolumeApi _api;
    private readonly VolumeKeeper _keeper;
    private readonly ToolPrograms _tools;
    private readonly DockerClient? _engine;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public PersistentVolumes(IKubernetes client, VolumeFolders folders, AgentOptions options, RuntimeSet runtimes, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        _api = new(client, options.NodeName);
        var store = new VolumeStore(options.PersistentFolder);
        _tools = new(options.ToolFolder, time);
        _tools.EndEarlier();
        _engine = runtimes.Handlers.Contains(WellKnown.DockerRuntime) ? EngineConnection.Connect(options.EngineEndpoint) : null;
        var drivers = VolumeDrivers.Make(store, _tools, options.ProvisionerFolder, options.PowerShell, options.NodeName, _engine);
        var mounted = new MountedClaims(folders);
        Usages = new(mounted);
        Claims = new(_api, store, drivers, mounted, options.NodeName);
        _keeper = new(_api, store, drivers, mounted, time, logger);
        folders.Left += _keeper.Wake;
    }

    public ClaimVolumes Claims { get; }

    public VolumeUsages Usages { get; }

    /// <summary>No program goes on after this.</summary>
    public void Dispose()
    {
        _tools.Dispose();
        _engine?.Dispose();
    }

    /// <summary>Never ends by itself.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) => await await Task.WhenAny(
        new ObjectFollower<V1PersistentVolume>(_api.Feed, _keeper, _ => { }, _time, _logger).RunAsync(cancellationToken), _keeper.RunAsync(cancellationToken));
}
