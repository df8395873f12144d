using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>What cmdlets have in common that change one field or two of an object.</summary>
public abstract class PatchObjectCommand : ObjectActionCommand
{
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, for -WhatIf and -Confirm.</summary>
    private protected abstract string Action { get; }

    /// <summary>The change, as a merge patch.</summary>
    private protected abstract JsonObject Patch();

    private protected virtual string? Subresource => null;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        Task<JsonObject> ChangeAsync(WriteMode mode) =>
            Client.PatchAsync(target.Kind, target.Namespace, target.Name, Patch(), PatchType.Merge, mode, Cancellation, Subresource);

        if (await ConfirmAsync(Action, target.ToString(), () => ChangeAsync(WriteMode.Rehearsal)))
        {
            await ChangeAsync(WriteMode.Real);
            await FinishAsync(target);
        }
    }

    private protected virtual async Task FinishAsync(ObjectTarget target)
    {
        if (PassThru)
        {
            WriteObject(ObjectFactory.Create(target.Kind, await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation), Client.Context.Name));
        }
    }

    /// <summary>The note in a template that makes a workload replace its pods, as <c>kubectl rollout restart</c> writes it.</summary>
    private protected static JsonObject RestartPatch() => new()
    {
        ["spec"] = new JsonObject
        {
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["annotations"] = new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = Model.Timestamp.Seconds(TimeProvider.System.GetUtcNow()) },
                },
            },
        },
    };
}
