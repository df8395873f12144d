using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Stops a local cluster: its agents with their pods, then its controller. What it holds is there again when it is started again.</summary>
/// <example><code>Stop-LocalCluster -Remove</code></example>
[Cmdlet(VerbsLifecycle.Stop, "LocalCluster", SupportsShouldProcess = true)]
[OutputType(typeof(LocalCluster))]
public sealed class StopLocalClusterCommand : AsyncCmdlet
{
    /// <summary>Pods have 30 s to end by themselves, if they don't say otherwise.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(45);

    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [LocalClusterCompleter]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    /// <summary>Deletes the folder: data, images and credentials.</summary>
    [Parameter]
    public SwitchParameter Remove { get; set; }

    /// <summary>For pods to end; then they are killed.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = DefaultTimeout;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override Task ProcessAsync() => TryAsync(Name, async () =>
    {
        var folder = LocalClusterFolder.Of(Name, Path is null ? null : GetUnresolvedProviderPathFromPSPath(Path).TrimEnd('/', '\\'));
        if (LocalClusterState.Load(folder) is null)
        {
            WriteError(Errors.NotFound("LocalCluster", Name ?? folder.Path, null));
            return;
        }

        if (!ShouldProcess($"local cluster {folder.Name} in {folder.Path}", Remove ? "Stop and delete" : "Stop"))
        {
            return;
        }

        using (await folder.LockAsync(Timeout, Cancellation))
        {
            // Read again under the lock: somebody may have stopped or started it meanwhile.
            var state = LocalClusterState.Load(folder);
            if (state is null)
            {
                return;
            }

            var activity = $"Stopping cluster {state.Name}";
            state = await new LocalClusterStopper(folder, state, Timeout, (text, percent) => ShowProgress(activity, text, percent)).StopAsync(Cancellation);
            EndProgress(activity);
            ContextStore.Forget(folder.KubeConfig);
            if (PassThru)
            {
                WriteObject(new LocalCluster(folder, state));
            }
        }

        if (Remove)
        {
            Directory.Delete(folder.Path, recursive: true);
        }
    });
}
