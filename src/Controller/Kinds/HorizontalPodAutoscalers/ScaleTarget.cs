using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>What an autoscaler scales.</summary>
internal sealed record ScaleTarget(ResourceKind Kind, string Namespace, string Name, string Uid, int Replicas, LabelSelector Selector)
{
    /// <returns>Null, and why, when there is none that can be scaled.</returns>
    public static ScaleTarget? Find(ObjectApi api, V2HorizontalPodAutoscaler item, out string problem)
    {
        var (reference, @namespace) = (item.Spec.ScaleTargetRef, item.Metadata.NamespaceProperty);
        problem = "";
        if (Catalog.All.FirstOrDefault(kind => kind.Kind == reference.Kind && (string.IsNullOrEmpty(reference.ApiVersion) || kind.ApiVersion == reference.ApiVersion)) is not { } found
            || !found.HasSubresource("scale"))
        {
            problem = $"no matches for kind \"{reference.Kind}\" in \"{reference.ApiVersion}\" that can be scaled";
            return null;
        }
        if (api.Find(found, @namespace, reference.Name) is not { } target)
        {
            problem = $"{found.GroupResource} \"{reference.Name}\" not found";
            return null;
        }
        var tree = JsonTree.ParseObject(target.Bytes);
        var selector = tree["spec"]?["selector"];
        var labels = found.ClrType == typeof(V1ReplicationController)
            ? LabelSelector.FromLabels(((V1ReplicationController)target.Decode<V1ReplicationController>()).Spec.Selector)
            : LabelSelector.From(selector is null ? null : (V1LabelSelector)ModelJson.Decode(selector, typeof(V1LabelSelector)));
        return new(found, @namespace, reference.Name, target.Encoded.Uid, (int?)tree["spec"]?["replicas"] ?? 1, labels);
    }
}
