using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until a Job is complete; one that failed is an error.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ClusterJob", DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterJob))]
public sealed class WaitClusterJobCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Job")]
    public string[]? Name { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Job);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Job;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var activity = $"Running {target.Name}";
        var item = await WorkloadWait.RunAsync(Client, target, Timeout, JobProgress.Of, text => ShowProgress(activity, text), Cancellation);
        EndProgress(activity);
        if (PassThru)
        {
            WriteObject(ObjectFactory.Create(target.Kind, item, Client.Context.Name));
        }
    }
}
