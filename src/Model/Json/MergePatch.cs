using System.Text.Json.Nodes;

namespace Orchestrator.Model.Json;

/// <summary>JSON merge patch, RFC 7396.</summary>
public static class MergePatch
{
    /// <summary>Returns the patched tree; neither argument is changed.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }
        var result = target is JsonObject current ? (JsonObject)current.DeepClone() : [];
        foreach (var (name, change) in changes)
        {
            if (change is null)
            {
                result.Remove(name);
            }
            else
            {
                result.TryGetPropertyValue(name, out var old);
                result[name] = Apply(old, change);
            }
        }
        return result;
    }
}
