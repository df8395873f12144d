using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Controller.Serving.Metrics;

/// <summary>Usage as objects of <c>metrics.k8s.io</c>, written as metrics-server writes them.</summary>
internal static class MetricsObjects
{
    public static JsonObject Node(V1Node node, Usage usage, DateTimeOffset now) => Object(MetricsKinds.Node, node.Metadata, usage.Timestamp, usage.Window, now,
        ("usage", Resources(usage.CpuNanocores, usage.MemoryBytes)));

    /// <returns>Null when none of its containers was measured.</returns>
    public static JsonObject? Pod(V1Pod pod, IEnumerable<ContainerUsageReport> containers, DateTimeOffset now)
    {
        var found = containers.ToList();
        return found.Count == 0 ? null : Object(MetricsKinds.Pod, pod.Metadata, found.Min(one => one.Usage.Timestamp), found.Max(one => one.Usage.Window), now,
            ("containers", new JsonArray([.. found.Select(one => new JsonObject
            {
                ["name"] = one.Name,
                ["usage"] = Resources(one.Usage.CpuNanocores, one.Usage.MemoryBytes),
            })])));
    }

    /// <summary>The object of a claim's volume.</summary>
    public static JsonObject Volume(V1PersistentVolumeClaim claim, string node, VolumeUsageReport usage, DateTimeOffset now)
    {
        var metadata = new JsonObject { ["name"] = claim.Metadata.Name, ["namespace"] = claim.Metadata.NamespaceProperty, ["creationTimestamp"] = Timestamp.Seconds(now) };
        if (claim.Metadata.Labels is { Count: > 0 } labels)
        {
            metadata["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));
        }
        return new()
        {
            ["kind"] = MetricsKinds.Volume.Kind, ["apiVersion"] = MetricsKinds.Volume.ApiVersion, ["metadata"] = metadata, ["node"] = node, ["volume"] = usage.Volume,
            ["capacityBytes"] = usage.CapacityBytes, ["availableBytes"] = usage.AvailableBytes, ["usedBytes"] = usage.UsedBytes,
            ["inodes"] = usage.Inodes, ["inodesFree"] = usage.InodesFree, ["inodesUsed"] = usage.InodesUsed,
        };
    }

    public static JsonArray VolumeCells(JsonObject item) =>
    [
        (string?)item["metadata"]!["name"], (string?)item["volume"], (string?)item["node"], // As made above.
        .. new[] { "usedBytes", "availableBytes", "capacityBytes" }.Select(field => (JsonNode)Quantity.FromBytes((long)item[field]!).ToString()),
    ];

    /// <summary>A row of the table: name, what it uses as a whole, window.</summary>
    public static JsonArray Cells(JsonObject metrics)
    {
        var usages = metrics["containers"] is JsonArray containers ? containers.Select(one => one!["usage"]!).ToList() : [metrics["usage"]!]; // As made above.
        return [(string?)metrics["metadata"]!["name"], Sum("cpu"), Sum("memory"), (string?)metrics["window"]];

        string Sum(string resource) => usages.Select(usage => Quantity.Parse((string)usage[resource]!)).Aggregate((one, other) => one + other).ToString();
    }

    private static JsonObject Object(ResourceKind kind, V1ObjectMeta of, DateTimeOffset timestamp, TimeSpan window, DateTimeOffset now, (string Name, JsonNode Value) rest)
    {
        var metadata = new JsonObject { ["name"] = of.Name };
        if (of.NamespaceProperty is { } @namespace)
        {
            metadata["namespace"] = @namespace;
        }
        metadata["creationTimestamp"] = Timestamp.Seconds(now);
        if (of.Labels is { Count: > 0 } labels)
        {
            metadata["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));
        }
        return new()
        {
            ["kind"] = kind.Kind,
            ["apiVersion"] = kind.ApiVersion,
            ["metadata"] = metadata,
            ["timestamp"] = Timestamp.Seconds(timestamp),
            ["window"] = string.Create(CultureInfo.InvariantCulture, $"{window.TotalSeconds:0.###}s"),
            [rest.Name] = rest.Value,
        };
    }

    private static JsonObject Resources(long cpuNanocores, long memoryBytes) => new()
    {
        ["cpu"] = Quantity.FromNano(cpuNanocores).ToString(),
        ["memory"] = Quantity.FromBytes(memoryBytes).ToString(),
    };
}
