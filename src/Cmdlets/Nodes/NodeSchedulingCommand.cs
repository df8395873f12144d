using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What Suspend-Node and Resume-Node have in common.</summary>
public abstract class NodeSchedulingCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Node")]
    public string[]? Name { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Node);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Node;

    private protected async Task<bool> SetAsync(ObjectTarget target, string action, bool unschedulable)
    {
        var patch = new JsonObject { ["spec"] = new JsonObject { ["unschedulable"] = unschedulable ? true : null } };
        Task<JsonObject> PatchAsync(WriteMode mode) => Client.PatchAsync(target.Kind, null, target.Name, patch, PatchType.Merge, mode, Cancellation);
        if (!await ConfirmAsync(action, target.ToString(), () => PatchAsync(WriteMode.Rehearsal)))
        {
            return false;
        }

        await PatchAsync(WriteMode.Real);
        return true;
    }

    private protected async Task WriteAsync(ObjectTarget target)
    {
        if (PassThru)
        {
            WriteObject(ObjectFactory.Create(target.Kind, await Client.GetAsync(target.Kind, null, target.Name, Cancellation), Client.Context.Name));
        }
    }
}
