using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;

namespace Orchestrator.Agent.Pods.Status;

/// <summary>What has to be sent so that the API shows a status: all of it, and a null for each field that it no longer has.</summary>
internal static class StatusPatch
{
    /// <summary>Lists that a strategic patch merges by their items' keys, and that are the agent's alone: an address that a pod has no more must go.</summary>
    private static readonly string[] Whole = ["podIPs", "hostIPs"];

    public static JsonObject Tree(V1PodStatus status) => ModelJson.ToTree(status);

    public static JsonObject Build(JsonObject? acknowledged, JsonObject wanted, V1Pod pod)
    {
        var status = (JsonObject)wanted.DeepClone();
        foreach (var (name, _) in acknowledged ?? [])
        {
            if (!status.ContainsKey(name))
            {
                status[name] = null;
            }
        }
        foreach (var list in Whole.Select(name => status[name]).OfType<JsonArray>())
        {
            list.Insert(0, new JsonObject { ["$patch"] = "replace" });
        }
        // The UID makes sure that the status of this pod does not end up on a successor of the same name.
        return new() { ["metadata"] = new JsonObject { ["uid"] = pod.Metadata.Uid }, ["status"] = status };
    }
}
