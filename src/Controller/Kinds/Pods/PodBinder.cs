using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Gives a pod its node; a pod is bound once.</summary>
internal static class PodBinder
{
    private static readonly ResourceKind Pods = Catalog.ForType<k8s.Models.V1Pod>();

    /// <param name="api">Where.</param>
    /// <param name="namespace">The pod's namespace.</param>
    /// <param name="name">The pod.</param>
    /// <param name="uid">The pod that was meant; null for whichever has the name.</param>
    /// <param name="node">Name of the node.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">NotFound; Conflict when it has a node, is being deleted, or is another pod by now.</exception>
    public static async Task<CachedObject> BindAsync(ObjectApi api, string @namespace, string name, string? uid, string node, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = api.Get(Pods, @namespace, name);
            var tree = JsonTree.ParseObject(current.Encoded.Bytes);
            var taken = (string?)tree["spec"]!["nodeName"]; // Every pod has a spec.
            if (!string.IsNullOrEmpty(uid) && uid != current.Encoded.Uid)
            {
                throw ApiException.Conflict(Pods, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Encoded.Uid}");
            }
            if (current.Encoded.IsDeleting)
            {
                throw ApiException.Conflict(Pods, name, $"pod {name} is being deleted, cannot be assigned to a host");
            }
            if (!string.IsNullOrEmpty(taken))
            {
                throw ApiException.Conflict(Pods, name, $"pod {name} is already assigned to node \"{taken}\"");
            }
            tree["spec"]!["nodeName"] = node; // As above.
            PodConditions.Set(tree, "PodScheduled", "True", null, null, api.Time.GetUtcNow());
            if (await api.ReplaceAsync(Pods, current, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false) is { } bound)
            {
                return bound;
            }
        }
    }
}
