using System.Text.Json;
using k8s.Models;

namespace Orchestrator.Controller.Scheduling;

/// <summary>What of a node matters to where pods go; a heartbeat changes nothing of it.</summary>
internal static class NodeFingerprint
{
    public static string Of(V1Node? node) => node is null ? "" : JsonSerializer.Serialize(new
    {
        labels = node.Metadata.Labels?.OrderBy(label => label.Key, StringComparer.Ordinal),
        node.Spec?.Unschedulable,
        taints = node.Spec?.Taints?.Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}"),
        allocatable = (node.Status?.Allocatable ?? node.Status?.Capacity)?.Select(amount => $"{amount.Key}={amount.Value}").Order(StringComparer.Ordinal),
        ready = node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.Status,
        handlers = node.Status?.RuntimeHandlers?.Select(handler => handler.Name),
        images = node.Status?.Images?.SelectMany(image => image.Names ?? []),
    });
}
