using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Starts a controller and agents on this machine, everything under one folder, and makes the cluster this session's current context.
/// Started again it brings up what is missing; a start that fails or is stopped leaves nothing running.
/// </summary>
/// <example><code>Start-LocalCluster -Nodes 3</code></example>
[Cmdlet(VerbsLifecycle.Start, "LocalCluster", SupportsShouldProcess = true)]
[OutputType(typeof(LocalCluster))]
public sealed class StartLocalClusterCommand : AsyncCmdlet
{
    private const int DefaultNodes = 2;

    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidatePattern("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    [LocalClusterCompleter]
    public string? Name { get; set; }

    /// <summary>The cluster's folder; without it, <c>~/.orchestrator/clusters/NAME</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    /// <summary>Number of agents; without it, as many as it had, else 2.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int? Nodes { get; set; }

    /// <summary>Port of the API; without it, the one it had, else a free one.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int? Port { get; set; }

    /// <summary>Folder of the process runtime's images; without it, <c>images</c> in the cluster's folder.</summary>
    [Parameter]
    public string? ImageRoot { get; set; }

    /// <summary>For each process to be ready.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    protected override Task ProcessAsync() => TryAsync(Name, async () =>
    {
        var folder = LocalClusterFolder.Of(Name, Path is null ? null : GetUnresolvedProviderPathFromPSPath(Path).TrimEnd('/', '\\'));
        if (!ShouldProcess($"local cluster {Name ?? folder.Name} in {folder.Path}", "Start"))
        {
            return;
        }

        folder.Create();
        using var gate = await folder.LockAsync(Timeout, Cancellation);
        var known = LocalClusterState.Load(folder);
        var wanted = Wanted(folder, known);
        var activity = $"Starting cluster {wanted.Name}";
        void Progress(string text, int percent) => ShowProgress(activity, text, percent);
        var starter = new LocalClusterStarter(folder, wanted, Timeout, Progress);
        try
        {
            var context = await starter.StartAsync(Cancellation);
            ContextStore.Use(context.KubeConfig, context.Name);
        }
        catch when (!wanted.Processes.Any(pair => pair.Value.IsAlive))
        {
            // Nothing of it ran before, so nothing shall run after; also when it was Ctrl-C that ended this.
            await new LocalClusterStopper(folder, starter.State, TimeSpan.FromSeconds(5), Progress).StopAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            EndProgress(activity);
        }

        WriteObject(new LocalCluster(folder, starter.State));
    });

    private LocalClusterState Wanted(LocalClusterFolder folder, LocalClusterState? known)
    {
        var images = ImageRoot is null ? known?.ImageRoot ?? folder.Images : GetUnresolvedProviderPathFromPSPath(ImageRoot);
        if (known is null)
        {
            return new LocalClusterState
            {
                Name = Name ?? folder.Name, Port = Port ?? 0, PodRange = PodRange.Choose(folder.Path), ImageRoot = images, NodeCount = Nodes ?? DefaultNodes,
            };
        }

        if (Port is { } port and not 0 && port != known.Port && known.Port != 0)
        {
            throw ClusterException.LocalCluster(
                "PortChanged", $"The cluster {known.Name} has port {known.Port}; its nodes know it by that.", "Stop-LocalCluster -Remove, and start it anew.");
        }

        // Fewer nodes than run is not a start: they would have to be drained first.
        var running = known.Nodes.Count(known.IsAlive);
        return known with { NodeCount = Math.Max(Nodes ?? Math.Max(known.NodeCount, 0), running), ImageRoot = images, Port = known.Port == 0 ? Port ?? 0 : known.Port };
    }
}
