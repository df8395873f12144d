using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Deployments;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ControllerRevisions;

/// <summary>
/// The templates that a workload has had, as ControllerRevisions. Their data is a strategic-merge patch that puts the template back as one:
/// what <c>kubectl rollout undo</c> sends.
/// </summary>
internal sealed class Revisions(ObjectApi api, Deletion deletion)
{
    /// <summary>Label of pods: name of the revision that they are of.</summary>
    public const string HashLabel = WellKnown.RevisionHash;
    /// <summary>Label of revisions: hash of the template.</summary>
    private const string DataHashLabel = "controller.kubernetes.io/hash";
    private static readonly ResourceKind Kind = Catalog.ForType<V1ControllerRevision>();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<V1ControllerRevision> Of(IKubernetesObject<V1ObjectMeta> owner) =>
    [
        .. api.Cache.List(new(Kind.GroupResource, owner.Metadata.NamespaceProperty) { OwnerUid = owner.Metadata.Uid }).Items
            .Select(item => item.Decode<V1ControllerRevision>()).Where(revision => PodState.Controller(revision.Metadata)?.Uid == owner.Metadata.Uid)
            .OrderBy(revision => revision.Revision).ThenBy(revision => revision.Metadata.Name, StringComparer.Ordinal),
    ];

    /// <summary>The revision of a template: the newest one; one that came back gets a new number; null when its name is taken (a hash collision).</summary>
    public async Task<V1ControllerRevision?> EnsureAsync(IKubernetesObject<V1ObjectMeta> owner, V1PodTemplateSpec template, IReadOnlyList<V1ControllerRevision> all, int? collisions,
        CancellationToken cancellationToken)
    {
        var newest = all.Count > 0 ? all[^1].Revision ?? 0 : 0;
        if (all.LastOrDefault(revision => Template(revision) is { } old && TemplateHash.Same(old, template)) is { } known)
        {
            return known.Revision == newest ? known : await RenumberAsync(known, newest + 1, cancellationToken).ConfigureAwait(false);
        }
        var hash = TemplateHash.Of(template, collisions);
        var (meta, name) = (owner.Metadata, $"{owner.Metadata.Name}-{hash}");
        var labels = ModelJson.ToTree(template)["metadata"]?["labels"]?.DeepClone() as JsonObject ?? [];
        labels[DataHashLabel] = hash;
        var tree = new JsonObject
        {
            ["apiVersion"] = Kind.ApiVersion,
            ["kind"] = Kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels, ["ownerReferences"] = new JsonArray(PodControl.Reference(owner)), ["annotations"] = Cause(meta) },
            ["data"] = Data(template),
            ["revision"] = newest + 1,
        };
        try
        {
            return (await api.CreateAsync(Kind, meta.NamespaceProperty, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false)).Decode<V1ControllerRevision>();
        }
        catch (ApiException problem) when (problem.Reason == StatusReason.AlreadyExists)
        {
            return null;
        }
    }

    /// <summary>Removes the oldest that nothing uses, beyond the limit.</summary>
    public async Task TrimAsync(IReadOnlyList<V1ControllerRevision> all, IReadOnlySet<string> used, int limit, CancellationToken cancellationToken)
    {
        var unused = all.Where(revision => !used.Contains(revision.Metadata.Name)).ToArray();
        foreach (var revision in unused.Take(Math.Max(0, unused.Length - limit)))
        {
            await deletion.DeleteAsync(Kind, revision.Metadata.NamespaceProperty, revision.Metadata.Name, new() { Uid = revision.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
    }

    public static JsonNode? Tree(V1ControllerRevision revision) => revision.Data is JsonElement element ? JsonNode.Parse(element.GetRawText()) : ModelJson.ToTree(revision)["data"];

    /// <summary>The template that a revision keeps; null when its data is not of our making.</summary>
    public static V1PodTemplateSpec? Template(V1ControllerRevision revision)
    {
        if (Tree(revision)?["spec"]?["template"] is not JsonObject template)
        {
            return null;
        }
        template.Remove("$patch");
        return KubernetesJson.Deserialize<V1PodTemplateSpec>(template.ToJsonString());
    }

    private static JsonObject Data(V1PodTemplateSpec template)
    {
        var tree = (JsonObject)ModelJson.ToTree(template).DeepClone();
        tree["$patch"] = "replace";
        return new() { ["spec"] = new JsonObject { ["template"] = tree } };
    }

    /// <summary>Why it was changed, for the history.</summary>
    private static JsonObject? Cause(V1ObjectMeta meta) =>
        meta.Annotations?.TryGetValue(WellKnown.ChangeCause, out var cause) == true ? new() { [WellKnown.ChangeCause] = cause } : null;

    private async Task<V1ControllerRevision> RenumberAsync(V1ControllerRevision revision, long number, CancellationToken cancellationToken)
    {
        var written = await api.UpdateAsync(Kind, revision.Metadata.NamespaceProperty, revision.Metadata.Name, status: false, current =>
        {
            current["revision"] = number;
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return written.Decode<V1ControllerRevision>();
    }
}
