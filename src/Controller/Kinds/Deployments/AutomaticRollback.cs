using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Deployments;

/// <summary>
/// Takes a deployment that is annotated for it back to its last good template when the progress deadline of a rollout passes. Good is a template
/// that was once rolled out to the last replica. Told in the condition <c>RolledBack</c>, which stays until another rollout begins, and in an event.
/// </summary>
internal sealed class AutomaticRollback(ObjectApi api, EventRecorder events)
{
    public const string Condition = "RolledBack";
    private const string Component = "deployment-controller";
    private static readonly ResourceKind Kind = Catalog.ForType<V1Deployment>();

    public static bool IsAskedFor(V1Deployment deployment) => Annotation(deployment, WellKnown.AutomaticRollback) == "true";

    /// <summary>Name of the set with the last good template; null when none is known.</summary>
    public static string? LastGood(V1Deployment deployment) => Annotation(deployment, WellKnown.LastGoodReplicaSet);

    /// <summary>Notes what is good, or goes back to it.</summary>
    public Task ReactAsync(V1Deployment deployment, V1DeploymentStatus status, V1ReplicaSet? current, IEnumerable<V1ReplicaSet> all, CancellationToken cancellationToken)
    {
        if (!IsAskedFor(deployment) || current is null || deployment.Metadata.DeletionTimestamp is not null)
        {
            return Task.CompletedTask;
        }
        if (DeploymentStatus.IsComplete(deployment, status))
        {
            return LastGood(deployment) == current.Metadata.Name ? Task.CompletedTask : NoteAsync(deployment, current, cancellationToken);
        }
        var isLate = status.Conditions?.Any(condition => condition is { Type: "Progressing", Reason: "ProgressDeadlineExceeded" }) == true;
        var good = all.FirstOrDefault(set => set.Metadata.Name == LastGood(deployment));
        return isLate && good is not null && good.Metadata.Uid != current.Metadata.Uid ? RollBackAsync(deployment, current, good, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Drops the condition when a rollout began after the one that went back.</summary>
    public static void Forget(V1Deployment deployment, V1ReplicaSet? current, List<V1DeploymentCondition> conditions)
    {
        if (current is not null && LastGood(deployment) != current.Metadata.Name)
        {
            conditions.RemoveAll(condition => condition.Type == Condition);
        }
    }

    private Task<Storage.Cache.CachedObject> NoteAsync(V1Deployment deployment, V1ReplicaSet current, CancellationToken cancellationToken) =>
        api.UpdateAsync(Kind, deployment.Metadata.NamespaceProperty, deployment.Metadata.Name, status: false, tree =>
        {
            var metadata = AdmissionChain.Metadata(tree);
            var annotations = metadata["annotations"]?.DeepClone() as JsonObject ?? [];
            annotations[WellKnown.LastGoodReplicaSet] = current.Metadata.Name;
            metadata["annotations"] = annotations;
            return tree;
        }, WriteOptions.Default, cancellationToken);

    private async Task RollBackAsync(V1Deployment deployment, V1ReplicaSet bad, V1ReplicaSet good, CancellationToken cancellationToken)
    {
        var message = $"ReplicaSet \"{bad.Metadata.Name}\" (revision {DeploymentSets.Revision(bad.Metadata)}) made no progress for "
            + $"{deployment.Spec.ProgressDeadlineSeconds} s: back to the template of \"{good.Metadata.Name}\" (revision {DeploymentSets.Revision(good.Metadata)})";
        var template = ModelJson.ToTree(good.Spec.Template);
        ((JsonObject?)template["metadata"]?["labels"])?.Remove(WellKnown.PodTemplateHash);
        var went = false;
        await api.UpdateAsync(Kind, deployment.Metadata.NamespaceProperty, deployment.Metadata.Name, status: false, tree =>
        {
            // Only what was judged is taken back: a template that came meanwhile has its own deadline.
            went = (long?)tree["metadata"]?["generation"] == deployment.Metadata.Generation;
            if (went)
            {
                tree["spec"]!["template"] = template.DeepClone(); // Every deployment has a spec.
            }
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        if (!went)
        {
            return;
        }
        await api.UpdateAsync(Kind, deployment.Metadata.NamespaceProperty, deployment.Metadata.Name, status: true, tree =>
        {
            var status = tree["status"] as JsonObject ?? [];
            var conditions = status["conditions"] as JsonArray ?? [];
            foreach (var old in conditions.Where(one => (string?)one?["type"] == Condition).ToArray())
            {
                conditions.Remove(old);
            }
            var now = Timestamp.Seconds(api.Time.GetUtcNow());
            conditions.Add(new JsonObject
            {
                ["type"] = Condition, ["status"] = "True", ["reason"] = "ProgressDeadlineExceeded", ["message"] = message, ["lastUpdateTime"] = now, ["lastTransitionTime"] = now,
            });
            status["conditions"] = conditions.DeepClone();
            tree["status"] = status.DeepClone();
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        await events.WarningAsync(deployment, Component, "DeploymentRollback", message, cancellationToken).ConfigureAwait(false);
    }

    private static string? Annotation(V1Deployment deployment, string name) =>
        deployment.Metadata.Annotations?.TryGetValue(name, out var value) == true ? value : null;
}
