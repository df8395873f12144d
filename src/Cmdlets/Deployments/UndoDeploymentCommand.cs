using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Rolls a Deployment back: to the revision before this one, or to -ToRevision.</summary>
/// <example><code>Undo-Deployment web -Wait</code></example>
[Cmdlet(VerbsCommon.Undo, "Deployment", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class UndoDeploymentCommand : DeploymentChangeCommand
{
    /// <summary>A number that Get-DeploymentHistory shows.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? ToRevision { get; set; }

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var item = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var deployment = (Deployment)ObjectFactory.Create(target.Kind, item, Client.Context.Name);
        if ((bool?)item["spec"]?["paused"] == true)
        {
            throw ClusterException.Argument("Paused", $"{target} is paused: resume it before it is rolled back.");
        }

        var wanted = Choose(await DeploymentHistory.ReadAsync(Client, deployment, Cancellation), deployment, target);
        if (wanted.IsCurrent)
        {
            WriteWarning($"{target} is at revision {wanted.Revision} already.");
            return;
        }

        var patch = Patch(item, wanted);
        Task<JsonObject> RollBackAsync(WriteMode mode) =>
            Client.PatchAsync(target.Kind, target.Namespace, target.Name, patch, PatchType.Json, mode, Cancellation);

        if (await ConfirmAsync($"Roll back to revision {wanted.Revision}", target.ToString(), () => RollBackAsync(WriteMode.Rehearsal)))
        {
            await RollBackAsync(WriteMode.Real);
            await FinishAsync(target);
        }
    }

    private DeploymentRevision Choose(IReadOnlyList<DeploymentRevision> history, Deployment deployment, ObjectTarget target)
    {
        if (ToRevision is { } number)
        {
            return history.FirstOrDefault(revision => revision.Revision == number)
                ?? throw ClusterException.Argument(
                    "NotFound,Revision", $"{target} has no revision {number}; it has {string.Join(", ", history.Select(revision => revision.Revision))}.");
        }

        return history.LastOrDefault(revision => revision.Revision < (deployment.Revision ?? long.MaxValue) && !revision.IsCurrent)
            ?? throw ClusterException.Argument("NotFound,Revision", $"{target} has no earlier revision.");
    }

    /// <summary>Replaces the template as one, so that nothing of the present one stays.</summary>
    private static JsonArray Patch(JsonObject current, DeploymentRevision wanted)
    {
        var template = (JsonObject)(wanted.ReplicaSet.Tree["spec"]?["template"]?.DeepClone() ?? new JsonObject());
        (template["metadata"]?["labels"] as JsonObject)?.Remove(WellKnown.PodTemplateHash);
        var annotations = (current["metadata"]?["annotations"] as JsonObject)?.DeepClone() as JsonObject ?? [];
        if (wanted.ChangeCause is { } cause)
        {
            annotations[WellKnown.ChangeCause] = cause;
        }
        else
        {
            annotations.Remove(WellKnown.ChangeCause);
        }

        return
        [
            new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template },
            new JsonObject { ["op"] = "add", ["path"] = "/metadata/annotations", ["value"] = annotations },
        ];
    }
}
