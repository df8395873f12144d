using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>The template of the pods that an object makes.</summary>
internal static class PodTemplateFinder
{
    /// <returns>Null when it makes none.</returns>
    public static JsonObject? Find(JsonObject item) => (string?)item["kind"] switch
    {
        "Pod" => new() { ["metadata"] = Own(item["metadata"]), ["spec"] = item["spec"]?.DeepClone() },
        "CronJob" => item["spec"]?["jobTemplate"]?["spec"]?["template"]?.DeepClone() as JsonObject,
        _ => item["spec"]?["template"]?.DeepClone() as JsonObject,
    };

    /// <summary>Of a pod that exists only what it was declared with.</summary>
    private static JsonObject Own(JsonNode? metadata)
    {
        var own = new JsonObject();
        foreach (var field in new[] { "labels", "annotations" })
        {
            if (metadata?[field] is { } value)
            {
                own[field] = value.DeepClone();
            }
        }

        return own;
    }
}
