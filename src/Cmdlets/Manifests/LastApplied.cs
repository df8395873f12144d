using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>
/// The annotation in which a manifest remembers itself, to the letter as <c>kubectl apply</c> writes it (Go's encoding: keys in order, no
/// blanks, &lt; &gt; &amp; escaped), so that neither tool sees a change in what the other wrote.
/// </summary>
internal static class LastApplied
{
    /// <summary>Puts the manifest into its own annotation.</summary>
    public static void Write(JsonObject manifest)
    {
        if (manifest["metadata"] is not JsonObject metadata)
        {
            manifest["metadata"] = metadata = [];
        }

        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }

        annotations.Remove(WellKnown.LastApplied);
        annotations[WellKnown.LastApplied] = Encode(manifest);
    }

    /// <summary>What was applied last; null when nothing was, or when the annotation is not readable.</summary>
    public static JsonObject? Read(JsonObject live)
    {
        try
        {
            return (string?)live["metadata"]?["annotations"]?[WellKnown.LastApplied] is { } text ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            // Somebody's hand was in it; without a memory nothing is taken away.
            return null;
        }
    }

    internal static string Encode(JsonObject manifest)
    {
        var text = new StringBuilder(Sorted(manifest)!.ToJsonString(JsonStyle.Compact)); // An object stays one.
        return text.Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").Append('\n').ToString();
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
