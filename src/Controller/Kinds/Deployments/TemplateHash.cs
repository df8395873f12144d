using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Deployments;

/// <summary>Tells pod templates apart.</summary>
internal static class TemplateHash
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>A short name of a template: FNV-1a over its canonical JSON, in an alphabet that spells no words.</summary>
    public static string Of(V1PodTemplateSpec template, int? collisions)
    {
        var hash = 2166136261u;
        foreach (var b in ModelJson.Encode(Comparable(template)))
        {
            hash = (hash ^ b) * 16777619u;
        }
        for (var i = 0; i < 4 && collisions is > 0; i++)
        {
            hash = (hash ^ (byte)(collisions.Value >> (8 * i))) * 16777619u;
        }
        return string.Concat(hash.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(c => Alphabet[c % Alphabet.Length]));
    }

    /// <summary>True when two templates are the same but for the hash label.</summary>
    public static bool Same(V1PodTemplateSpec left, V1PodTemplateSpec right) => JsonNode.DeepEquals(Comparable(left), Comparable(right));

    private static JsonObject Comparable(V1PodTemplateSpec template)
    {
        var tree = ModelJson.ToTree(template);
        if (tree["metadata"] is JsonObject metadata)
        {
            (metadata["labels"] as JsonObject)?.Remove(WellKnown.PodTemplateHash);
            metadata.Remove("creationTimestamp");
        }
        return tree;
    }
}
