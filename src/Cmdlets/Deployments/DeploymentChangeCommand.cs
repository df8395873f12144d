using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What the cmdlets that change a Deployment have in common: -Wait for the rollout, -PassThru.</summary>
public abstract class DeploymentChangeCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    /// <summary>Comes back when the rollout is complete.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Deployment);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Deployment;

    private protected async Task FinishAsync(ObjectTarget target)
    {
        JsonObject? item = null;
        if (Wait)
        {
            var activity = $"Rolling out {target.Name}";
            item = await RolloutWait.RunAsync(Client, target, Timeout, (text, percent) => ShowProgress(activity, text, percent), Cancellation);
            EndProgress(activity);
        }

        if (PassThru)
        {
            item ??= await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
            WriteObject(ObjectFactory.Create(target.Kind, item, Client.Context.Name));
        }
    }
}
