using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Runs Jobs once more: each is removed with its pods, and made anew from its own spec. Writes the new Job.</summary>
/// <example><code>Restart-ClusterJob import</code></example>
[Cmdlet(VerbsLifecycle.Restart, "ClusterJob", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterJob))]
public sealed class RestartClusterJobCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Job")]
    public string[]? Name { get; set; }

    /// <summary>For the old Job's pods to end.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Job);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Job;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var job = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var restart = new JobRestart(Client, Timeout);
        if (await ConfirmAsync("Restart", target.ToString(), () => restart.DeleteAsync(target, job, WriteMode.Rehearsal, Cancellation)))
        {
            WriteObject(ObjectFactory.Create(target.Kind, await restart.RunAsync(target, job, Cancellation), Client.Context.Name));
        }
    }
}
