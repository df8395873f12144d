using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What Add-Taint and Remove-Taint have in common.</summary>
public abstract class TaintChangeCommand : ObjectActionCommand
{
    /// <summary>Name of the node.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByName)]
    [Alias("Node")]
    [SupportsWildcards]
    [NameCompleter("Node")]
    public string[]? Name { get; set; }

    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Key { get; set; } = "";

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Node);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Node;

    private protected abstract string Action { get; }

    /// <summary>The taints as they are to be; null when they are so already.</summary>
    private protected abstract JsonArray? Change(JsonObject[] taints, ObjectTarget target);

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var current = await Client.GetAsync(target.Kind, null, target.Name, Cancellation);
        var taints = (current["spec"]?["taints"] as JsonArray ?? []).OfType<JsonObject>().Select(taint => (JsonObject)taint.DeepClone()).ToArray();
        if (Change(taints, target) is { } wanted)
        {
            // Decided on what was just read: a change that comes in between must be a conflict.
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = current["metadata"]?["resourceVersion"]?.DeepClone() },
                ["spec"] = new JsonObject { ["taints"] = wanted.Count > 0 ? wanted : null },
            };
            Task<JsonObject> PatchAsync(WriteMode mode) => Client.PatchAsync(target.Kind, null, target.Name, patch, PatchType.Merge, mode, Cancellation);
            if (!await ConfirmAsync(Action, target.ToString(), () => PatchAsync(WriteMode.Rehearsal)))
            {
                return;
            }

            current = await PatchAsync(WriteMode.Real);
        }

        if (PassThru)
        {
            WriteObject(ObjectFactory.Create(target.Kind, current, Client.Context.Name));
        }
    }
}
