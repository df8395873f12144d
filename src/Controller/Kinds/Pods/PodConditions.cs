using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Conditions of a pod as a tree.</summary>
internal static class PodConditions
{
    /// <returns>False when the condition was there as wanted.</returns>
    public static bool Set(JsonObject pod, string type, string status, string? reason, string? message, DateTimeOffset now)
    {
        if (pod["status"] is not JsonObject podStatus)
        {
            pod["status"] = podStatus = [];
        }
        if (podStatus["conditions"] is not JsonArray conditions)
        {
            podStatus["conditions"] = conditions = [];
        }
        var old = conditions.OfType<JsonObject>().FirstOrDefault(item => (string?)item["type"] == type);
        if (old is not null && (string?)old["status"] == status && (string?)old["reason"] == reason && (string?)old["message"] == message)
        {
            return false;
        }
        var changed = old is null || (string?)old["status"] != status;
        var condition = new JsonObject
        {
            ["lastTransitionTime"] = changed ? Timestamp.Seconds(now) : old!["lastTransitionTime"]?.DeepClone(), // Unchanged only where there is one.
        };
        foreach (var (field, value) in new[] { ("message", message), ("reason", reason), ("status", status), ("type", type) })
        {
            if (value is not null)
            {
                condition[field] = value;
            }
        }
        if (old is not null)
        {
            conditions.Remove(old);
        }
        conditions.Add((JsonNode)condition);
        return true;
    }
}
