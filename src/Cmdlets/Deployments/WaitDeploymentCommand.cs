using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until a Deployment's rollout is complete.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Deployment", DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class WaitDeploymentCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Deployment);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Deployment;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var activity = $"Rolling out {target.Name}";
        var item = await RolloutWait.RunAsync(Client, target, Timeout, (text, percent) => ShowProgress(activity, text, percent), Cancellation);
        EndProgress(activity);
        if (PassThru)
        {
            WriteObject(ObjectFactory.Create(target.Kind, item, Client.Context.Name));
        }
    }
}
