using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Security;

/// <summary>Which ConfigMaps and Secrets the pods of a node name: an agent reads no others.</summary>
internal static class NodeReferences
{
    public static bool Exists(ObjectCache cache, string node, ResourceKind kind, string @namespace, string name)
    {
        var pods = cache.List(new("pods", @namespace) { Fields = FieldSelector.Equal("spec.nodeName", node) });
        return pods.Items.Any(pod => Names(pod.Decode<V1Pod>().Spec, kind.Kind).Contains(name, StringComparer.Ordinal));
    }

    private static IEnumerable<string?> Names(V1PodSpec spec, string kind) => kind == "Secret" ? Secrets(spec) : ConfigMaps(spec);

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
