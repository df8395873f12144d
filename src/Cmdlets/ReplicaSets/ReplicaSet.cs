using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>A ReplicaSet, with what <c>kubectl get replicasets</c> shows of it.</summary>
public sealed class ReplicaSet : ClusterObject
{
    internal ReplicaSet(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1ReplicaSet Model => (V1ReplicaSet)Object;

    public int Desired => Model.Spec?.Replicas ?? 1;
    public int Current => Model.Status?.Replicas ?? 0;
    public int Ready => Model.Status?.ReadyReplicas ?? 0;

    /// <summary>Name of the Deployment (or other controller) that it belongs to.</summary>
    public string? Owner => (Model.Metadata.OwnerReferences ?? []).FirstOrDefault(owner => owner.Controller == true)?.Name;

    public IReadOnlyList<string> Images => [.. (Model.Spec?.Template?.Spec?.Containers ?? []).Select(container => container.Image ?? "")];
}
