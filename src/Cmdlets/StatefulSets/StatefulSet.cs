using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>A StatefulSet, with what <c>kubectl get statefulsets</c> shows of it.</summary>
public sealed class StatefulSet : ClusterObject
{
    internal StatefulSet(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1StatefulSet Model => (V1StatefulSet)Object;

    /// <summary>Ready replicas of the desired ones: <c>2/3</c>.</summary>
    public string Ready => $"{Model.Status?.ReadyReplicas ?? 0}/{Replicas}";

    /// <summary>Desired replicas.</summary>
    public int Replicas => Model.Spec?.Replicas ?? 1;

    /// <summary>Replicas of the current template.</summary>
    public int UpToDate => Model.Status?.UpdatedReplicas ?? 0;

    /// <summary>Replicas that have been ready for minReadySeconds.</summary>
    public int Available => Model.Status?.AvailableReplicas ?? 0;

    /// <summary>Name of the ControllerRevision of the current template.</summary>
    public string? Revision => Model.Status?.UpdateRevision;

    public IReadOnlyList<string> Images => [.. (Model.Spec?.Template?.Spec?.Containers ?? []).Select(container => container.Image ?? "")];
    public string Selector => LabelSelector.From(Model.Spec?.Selector).ToString();
}
