using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>A HorizontalPodAutoscaler, with what <c>kubectl get hpa</c> shows of it.</summary>
public sealed class Autoscaler : ClusterObject
{
    internal Autoscaler(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V2HorizontalPodAutoscaler Model => (V2HorizontalPodAutoscaler)Object;

    /// <summary>What it scales: <c>Deployment/web</c>.</summary>
    public string Reference => AutoscalerSummary.Reference(Model);

    /// <summary>What is measured, and what it is to be: <c>cpu: 40%/80%</c>.</summary>
    public string Targets => AutoscalerSummary.Targets(Model);

    public int MinReplicas => Model.Spec?.MinReplicas ?? 1;
    public int MaxReplicas => Model.Spec?.MaxReplicas ?? 0;

    /// <summary>Replicas that it found last.</summary>
    public int Replicas => Model.Status?.CurrentReplicas ?? 0;

    /// <summary>Replicas that it asked for last.</summary>
    public int DesiredReplicas => Model.Status?.DesiredReplicas ?? 0;

    public DateTime? LastScaleTime => Model.Status?.LastScaleTime;
}
