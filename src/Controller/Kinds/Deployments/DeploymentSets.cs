using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Deployments;

/// <summary>Reads and writes the ReplicaSets of a deployment.</summary>
internal sealed class DeploymentSets(ObjectApi api)
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1ReplicaSet>();
    /// <summary>Annotations that stay with the deployment and are not copied to its sets.</summary>
    private static readonly string[] NotCopied = [WellKnown.LastApplied, WellKnown.DeploymentRevision, WellKnown.DesiredReplicas, WellKnown.MaxReplicas, WellKnown.LastGoodReplicaSet];

    public IReadOnlyList<V1ReplicaSet> Of(V1Deployment deployment) =>
    [
        .. api.Cache.List(new(Kind.GroupResource, deployment.Metadata.NamespaceProperty) { OwnerUid = deployment.Metadata.Uid }).Items
            .Select(item => item.Decode<V1ReplicaSet>()).Where(set => PodState.Controller(set.Metadata)?.Uid == deployment.Metadata.Uid),
    ];

    public static long Revision(V1ObjectMeta metadata) =>
        metadata.Annotations?.TryGetValue(WellKnown.DeploymentRevision, out var text) == true
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    public static int MaxReplicas(V1ReplicaSet set) =>
        set.Metadata.Annotations?.TryGetValue(WellKnown.MaxReplicas, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) ? replicas : 0;

    public static int? DesiredReplicas(V1ReplicaSet set) =>
        set.Metadata.Annotations?.TryGetValue(WellKnown.DesiredReplicas, out var text) == true
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) ? replicas : null;

    /// <summary>The set of the current template, with a new revision; null when its name is taken by another template (a hash collision).</summary>
    public async Task<V1ReplicaSet?> CreateAsync(V1Deployment deployment, int replicas, long revision, CancellationToken cancellationToken)
    {
        var hash = TemplateHash.Of(deployment.Spec.Template, deployment.Status?.CollisionCount);
        var template = ModelJson.ToTree(deployment.Spec.Template);
        Labels(AdmissionChain.Metadata(template))[WellKnown.PodTemplateHash] = hash;
        var selector = ModelJson.ToTree(deployment.Spec.Selector);
        if (selector["matchLabels"] is not JsonObject matchLabels)
        {
            selector["matchLabels"] = matchLabels = [];
        }
        matchLabels[WellKnown.PodTemplateHash] = hash;
        var name = $"{deployment.Metadata.Name}-{hash}";
        var tree = new JsonObject
        {
            ["apiVersion"] = Kind.ApiVersion,
            ["kind"] = Kind.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = template["metadata"]!["labels"]!.DeepClone(), // Set above.
                ["annotations"] = Annotations(deployment, revision),
                ["ownerReferences"] = new JsonArray(PodControl.Reference(deployment)),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = replicas,
                ["minReadySeconds"] = deployment.Spec.MinReadySeconds,
                ["selector"] = selector,
                ["template"] = template,
            },
        };
        try
        {
            return (await api.CreateAsync(Kind, deployment.Metadata.NamespaceProperty, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false)).Decode<V1ReplicaSet>();
        }
        catch (ApiException problem) when (problem.Reason == StatusReason.AlreadyExists)
        {
            var taken = api.Find<V1ReplicaSet>(deployment.Metadata.NamespaceProperty, name);
            return taken is not null && PodState.Controller(taken.Metadata)?.Uid == deployment.Metadata.Uid && TemplateHash.Same(taken.Spec.Template, deployment.Spec.Template)
                ? taken : null;
        }
    }

    /// <summary>Scales a set and notes the deployment's size on it; optionally gives it a revision.</summary>
    public async Task<V1ReplicaSet> ChangeAsync(V1Deployment deployment, V1ReplicaSet set, int replicas, long? revision, CancellationToken cancellationToken)
    {
        var written = await api.UpdateAsync(Kind, set.Metadata.NamespaceProperty, set.Metadata.Name, status: false, current =>
        {
            current["spec"]!["replicas"] = replicas; // Every set has a spec.
            current["spec"]!["minReadySeconds"] = deployment.Spec.MinReadySeconds; // As above.
            var metadata = AdmissionChain.Metadata(current);
            var annotations = metadata["annotations"] as JsonObject ?? [];
            foreach (var (key, value) in Annotations(deployment, revision ?? Revision(set.Metadata)))
            {
                // Old sets keep their own annotations; only their size note is brought up to date.
                if (revision is not null || key is WellKnown.DesiredReplicas or WellKnown.MaxReplicas)
                {
                    annotations[key] = value?.DeepClone();
                }
            }
            metadata["annotations"] = annotations.DeepClone();
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return written.Decode<V1ReplicaSet>();
    }

    private static JsonObject Annotations(V1Deployment deployment, long revision)
    {
        var annotations = new JsonObject();
        foreach (var (key, value) in deployment.Metadata.Annotations ?? new Dictionary<string, string>())
        {
            if (!NotCopied.Contains(key))
            {
                annotations[key] = value;
            }
        }
        var desired = deployment.Spec.Replicas ?? 1;
        annotations[WellKnown.DeploymentRevision] = revision.ToString(CultureInfo.InvariantCulture);
        annotations[WellKnown.DesiredReplicas] = desired.ToString(CultureInfo.InvariantCulture);
        annotations[WellKnown.MaxReplicas] = (desired + RollingBounds.Of(deployment).MaxSurge).ToString(CultureInfo.InvariantCulture);
        return annotations;
    }

    private static JsonObject Labels(JsonObject metadata)
    {
        if (metadata["labels"] is not JsonObject labels)
        {
            metadata["labels"] = labels = [];
        }
        return labels;
    }
}
