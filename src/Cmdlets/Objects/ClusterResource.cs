using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>An object of a kind that has no class of its own here.</summary>
public sealed class ClusterResource : ClusterObject
{
    internal ClusterResource(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }
}
