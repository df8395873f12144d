using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What Add-Label and Remove-Label have in common: objects of any kind, from the pipeline or by -Kind and -Name.</summary>
public abstract class LabelChangeCommand : ObjectActionCommand
{
    [Parameter(Mandatory = true, ParameterSetName = ByName)]
    [KindCompleter]
    public string Kind { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter]
    public string[]? Name { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => KindResolver.ResolveAsync(Client, Kind, Cancellation);

    /// <summary>The change of the labels, as a merge patch of them; empty when there is nothing to do.</summary>
    private protected abstract JsonObject Change(JsonObject labels, ObjectTarget target);

    private protected abstract string Action { get; }

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var current = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var change = Change(current["metadata"]?["labels"] as JsonObject ?? [], target);
        if (change.Count > 0)
        {
            // Decided on what was just read: a change that comes in between must be a conflict.
            var metadata = new JsonObject { ["labels"] = change, ["resourceVersion"] = current["metadata"]?["resourceVersion"]?.DeepClone() };
            var patch = new JsonObject { ["metadata"] = metadata };
            Task<JsonObject> PatchAsync(WriteMode mode) =>
                Client.PatchAsync(target.Kind, target.Namespace, target.Name, patch, PatchType.Merge, mode, Cancellation);

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
