using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Chooses the context of this session; no file is changed.</summary>
/// <example><code>Use-ClusterContext staging</code></example>
[Cmdlet(VerbsOther.Use, "ClusterContext")]
[OutputType(typeof(ClusterContext))]
public sealed class UseClusterContextCommand : AsyncCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ContextCompleter]
    public string Name { get; set; } = "";

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override Task ProcessAsync()
    {
        var context = ContextStore.Resolve(Name);
        var chosen = ContextStore.Use(context.KubeConfig, context.Name);
        if (PassThru)
        {
            WriteObject(chosen with { IsCurrent = true });
        }

        return Task.CompletedTask;
    }
}
