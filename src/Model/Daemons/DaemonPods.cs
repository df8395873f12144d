using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;

namespace Orchestrator.Model.Daemons;

/// <summary>The pods of DaemonSets: an agent makes its own, and the controller takes none but such a one from it. Pure.</summary>
public static class DaemonPods
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int HashLength = 10;
    private const int SuffixLength = 8;
    /// <summary>Names of pods are host names.</summary>
    private const int MaxBase = 63 - SuffixLength - 1;

    /// <summary>Tells templates apart: ten letters, 47 bits, of its canonical JSON.</summary>
    public static string Hash(V1PodTemplateSpec template) => Letters(ModelJson.Encode(Sorted(ModelJson.ToTree(template))!), HashLength); // A template is no null.

    /// <summary>Hash of the template that a DaemonSet has; null of one that no controller has seen yet.</summary>
    public static string? HashOf(V1DaemonSet set) => set.Metadata.Annotations?.TryGetValue(WellKnown.TemplateHash, out var hash) == true ? hash : null;

    /// <summary>Hash of the template that a pod is of.</summary>
    public static string? HashOf(V1Pod pod) => pod.Metadata.Labels?.TryGetValue(WellKnown.RevisionHash, out var hash) == true ? hash : null;

    /// <summary>The same for the same set, node and template: whoever tries twice, or races, makes one pod.</summary>
    public static string Name(V1DaemonSet set, string node, string hash)
    {
        var name = set.Metadata.Name.Length > MaxBase ? set.Metadata.Name[..MaxBase].TrimEnd('-', '.') : set.Metadata.Name;
        return $"{name}-{Letters(Encoding.UTF8.GetBytes($"{set.Metadata.Uid}|{node}|{hash}"), SuffixLength)}";
    }

    /// <summary>The pod of a node. The set is not changed, and shares nothing with the pod.</summary>
    public static V1Pod Make(V1DaemonSet set, string node, string hash)
    {
        var template = ModelJson.Decode<V1PodTemplateSpec>(ModelJson.Encode(ModelJson.ToTree(set.Spec.Template)));
        template.Spec.NodeName = node;
        template.Spec.Tolerations = [.. template.Spec.Tolerations ?? [], .. DaemonPlacement.Tolerations(template.Spec)];
        return new()
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new()
            {
                Name = Name(set, node, hash),
                NamespaceProperty = set.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>(template.Metadata?.Labels ?? new Dictionary<string, string>()) { [WellKnown.RevisionHash] = hash },
                Annotations = template.Metadata?.Annotations,
                OwnerReferences =
                [
                    new()
                    {
                        ApiVersion = "apps/v1", Kind = "DaemonSet", Name = set.Metadata.Name, Uid = set.Metadata.Uid, Controller = true, BlockOwnerDeletion = true,
                    },
                ],
            },
            Spec = template.Spec,
        };
    }

    public static bool IsOf(V1DaemonSet set, V1Pod pod) => pod.Metadata.OwnerReferences?.Any(owner => owner.Controller == true && owner.Uid == set.Metadata.Uid) == true;

    private static string Letters(byte[] bytes, int length) => string.Concat(SHA256.HashData(bytes).Take(length).Select(item => Alphabet[item % Alphabet.Length]));

    /// <summary>Maps in one order, so that it does not matter in which they were written.</summary>
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => KeyValuePair.Create(item.Key, Sorted(item.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
