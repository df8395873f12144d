using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Daemons;
using Orchestrator.Model.Json;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Security;

/// <summary>What an agent may not write even where it may write: another node, a lease of another, a pod that is no DaemonSet's or not for its own node.</summary>
internal static class NodeRestriction
{
    /// <returns>True when the object is to keep the uid that its agent gave it: a pod that may run already.</returns>
    /// <exception cref="ApiException">Forbidden.</exception>
    public static bool CheckCreate(ObjectCache cache, User user, ResourceKind kind, string? @namespace, JsonObject tree)
    {
        if (!user.IsIn(WellKnown.NodeGroup) || user.IsIn(WellKnown.AdminGroup))
        {
            return false;
        }
        var own = user.Name[WellKnown.NodeUserPrefix.Length..];
        if (kind.Kind == "PersistentVolume")
        {
            // Where nothing is, a patch that is applied makes something.
            throw ApiException.Forbidden(kind, JsonFields.Text(tree, "metadata.name"), $"node \"{own}\" is not allowed to create volumes");
        }
        if (kind.Kind is "Node" or "Lease" && JsonFields.Text(tree, "metadata.name") is var name && name != own)
        {
            throw ApiException.Forbidden(kind, name, $"node \"{own}\" is not allowed to create {kind.Plural} of other nodes");
        }
        return kind.Kind == "Pod" && CheckPod(cache, own, kind, @namespace, tree);
    }

    /// <summary>Of a volume that its node keeps, an agent writes only what it made of it, and lets go of it when the data is dealt with.</summary>
    /// <exception cref="ApiException">Forbidden.</exception>
    public static JsonObject CheckUpdate(User user, ResourceKind kind, JsonObject current, JsonObject wanted)
    {
        if (kind.Kind != "PersistentVolume" || !user.IsIn(WellKnown.NodeGroup) || user.IsIn(WellKnown.AdminGroup))
        {
            return wanted;
        }
        return JsonNode.DeepEquals(WithoutAgents(current), WithoutAgents(wanted)) ? wanted
            : throw ApiException.Forbidden(kind, (string?)current["metadata"]?["name"], $"node \"{user.Name[WellKnown.NodeUserPrefix.Length..]}\" may only say of a volume what it made of it");
    }

    private static JsonObject WithoutAgents(JsonObject tree)
    {
        var rest = (JsonObject)tree.DeepClone();
        if (rest["metadata"] is JsonObject metadata)
        {
            var annotations = metadata["annotations"] as JsonObject;
            foreach (var name in new[] { VolumeNames.MadeSize, VolumeNames.Problem, VolumeNames.Context, VolumeNames.Full })
            {
                annotations?.Remove(name);
            }
            if (annotations is { Count: 0 })
            {
                metadata.Remove("annotations");
            }
            // It is taken away only from what is on its way out, and by whom else it is held is not its business.
            if (metadata["deletionTimestamp"] is not null && metadata["finalizers"] is JsonArray finalizers)
            {
                JsonNode?[] left = [.. finalizers.Where(name => (string?)name != VolumeNames.DataFinalizer).Select(name => name?.DeepClone())];
                metadata.Remove("finalizers");
                if (left.Length > 0)
                {
                    metadata["finalizers"] = new JsonArray(left);
                }
            }
            metadata.Remove("resourceVersion");
            metadata.Remove("managedFields");
        }
        return rest;
    }

    private static bool CheckPod(ObjectCache cache, string node, ResourceKind kind, string? @namespace, JsonObject tree)
    {
        var pod = (V1Pod)AdmissionChain.Decode(kind, tree);
        ApiException No(string why) => ApiException.Forbidden(kind, pod.Metadata?.Name, $"node \"{node}\" is not allowed to create this pod: {why}");
        if (pod.Metadata?.OwnerReferences is not [{ Kind: "DaemonSet", ApiVersion: "apps/v1" } owner])
        {
            throw No("it is not owned by a DaemonSet");
        }
        if (cache.Get(ObjectKey.Of(Catalog.ForType<V1DaemonSet>(), @namespace, owner.Name))?.Decode<V1DaemonSet>() is not { } set
            || set.Metadata.Uid != owner.Uid || set.Metadata.DeletionTimestamp is not null || DaemonPods.HashOf(set) is not { } hash)
        {
            throw No($"there is no DaemonSet \"{owner.Name}\" with uid {owner.Uid}");
        }
        if (cache.Get(new("nodes", "", node))?.Decode<V1Node>() is not { } judged || !DaemonPlacement.Judge(set.Spec.Template.Spec, judged).ShouldRun)
        {
            throw No($"DaemonSet \"{owner.Name}\" is not for this node");
        }
        var wanted = DaemonPods.Make(set, node, hash);
        wanted.Metadata.Uid = pod.Metadata.Uid;
        return JsonNode.DeepEquals(ModelJson.ToTree(wanted), ModelJson.ToTree(pod)) ? Guid.TryParse(pod.Metadata.Uid, out _)
            : throw No($"it is not what DaemonSet \"{owner.Name}\" has as its template");
    }
}
