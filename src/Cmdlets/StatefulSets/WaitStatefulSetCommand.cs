using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until a StatefulSet's rollout is complete.</summary>
[Cmdlet(VerbsLifecycle.Wait, "StatefulSet", DefaultParameterSetName = ByName)]
[OutputType(typeof(StatefulSet))]
public sealed class WaitStatefulSetCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("StatefulSet")]
    public string[]? Name { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.StatefulSet);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.StatefulSet;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var activity = $"Rolling out {target.Name}";
        var item = await WorkloadWait.RunAsync(Client, target, Timeout, StatefulSetProgress.Of, text => ShowProgress(activity, text), Cancellation);
        EndProgress(activity);
        if (PassThru)
        {
            WriteObject(ObjectFactory.Create(target.Kind, item, Client.Context.Name));
        }
    }
}
