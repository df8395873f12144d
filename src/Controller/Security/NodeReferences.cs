using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Security;

/// <summary>Which ConfigMaps, Secrets and claims the pods of a node name: an agent reads no others.</summary>
internal static class NodeReferences
{
    public static bool Exists(ObjectCache cache, string node, ResourceKind kind, string @namespace, string name)
    {
        var pods = cache.List(new("pods", @namespace) { Fields = FieldSelector.Equal("spec.nodeName", node) });
        return pods.Items.Any(pod => Names(pod, kind.Kind).Contains(name, StringComparer.Ordinal));
    }

    /// <summary>Whether a pod of the node has a claim that is bound to the volume.</summary>
    public static bool UsesVolume(ObjectCache cache, string node, string volume)
    {
        var pods = cache.List(new("pods") { Fields = FieldSelector.Equal("spec.nodeName", node) });
        return pods.Items.Any(pod => Names(pod, "PersistentVolumeClaim")
            .Any(name => cache.Get(ObjectKey.Of(Catalog.ForType<V1PersistentVolumeClaim>(), pod.Key.Namespace, name ?? ""))?.Decode<V1PersistentVolumeClaim>().Spec.VolumeName == volume));
    }

    private static IEnumerable<string?> Names(CachedObject pod, string kind)
    {
        var spec = pod.Decode<V1Pod>().Spec;
        return kind switch
        {
            "Secret" => Secrets(spec),
            "PersistentVolumeClaim" => VolumeFacts.ClaimsOf(spec, pod.Key.Name).Select(claim => claim.Claim),
            _ => ConfigMaps(spec),
        };
    }

    private static IEnumerable<string?> Secrets(V1PodSpec spec) =>
        (spec.ImagePullSecrets ?? []).Select(reference => reference.Name)
        .Concat((spec.Volumes ?? []).Select(volume => volume.Secret?.SecretName))
        .Concat((spec.Volumes ?? []).SelectMany(volume => volume.Projected?.Sources ?? []).Select(source => source.Secret?.Name))
        .Concat(Containers(spec).SelectMany(container => container.EnvFrom ?? []).Select(source => source.SecretRef?.Name))
        .Concat(Containers(spec).SelectMany(container => container.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef?.Name));

    private static IEnumerable<string?> ConfigMaps(V1PodSpec spec) =>
        (spec.Volumes ?? []).Select(volume => volume.ConfigMap?.Name)
        .Concat((spec.Volumes ?? []).SelectMany(volume => volume.Projected?.Sources ?? []).Select(source => source.ConfigMap?.Name))
        .Concat(Containers(spec).SelectMany(container => container.EnvFrom ?? []).Select(source => source.ConfigMapRef?.Name))
        .Concat(Containers(spec).SelectMany(container => container.Env ?? []).Select(variable => variable.ValueFrom?.ConfigMapKeyRef?.Name));

    private static IEnumerable<V1Container> Containers(V1PodSpec spec) => (spec.Containers ?? []).Concat(spec.InitContainers ?? []);
}
