using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>A namespace.</summary>
public sealed class ClusterNamespace : ClusterObject
{
    internal ClusterNamespace(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1Namespace Model => (V1Namespace)Object;

    /// <summary><c>Active</c> or <c>Terminating</c>.</summary>
    public string? Status => Model.Status?.Phase;
}
