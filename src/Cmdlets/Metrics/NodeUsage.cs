using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What a node's machine uses.</summary>
public sealed class NodeUsage : ResourceUsage
{
    internal NodeUsage(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private protected override Quantity Sum(string resource) => Read(Tree["usage"], resource);
}
