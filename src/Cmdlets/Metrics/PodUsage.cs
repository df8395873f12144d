using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What a pod uses, and each of its containers.</summary>
public sealed class PodUsage : ResourceUsage
{
    internal PodUsage(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    public IReadOnlyList<ContainerUsage> Containers => [.. (Tree["containers"] as JsonArray ?? []).OfType<JsonObject>()
        .Select(container => new ContainerUsage(Name, (string?)container["name"] ?? "", Read(container["usage"], "cpu"), Read(container["usage"], "memory")))];

    private protected override Quantity Sum(string resource) => (Tree["containers"] as JsonArray ?? [])
        .Select(container => Read(container?["usage"], resource)).Aggregate(Quantity.Zero, (one, other) => one + other);
}
