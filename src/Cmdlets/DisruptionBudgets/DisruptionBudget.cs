using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>A PodDisruptionBudget, with what <c>kubectl get poddisruptionbudgets</c> shows of it.</summary>
public sealed class DisruptionBudget : ClusterObject
{
    internal DisruptionBudget(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1PodDisruptionBudget Model => (V1PodDisruptionBudget)Object;

    /// <summary>Pods that must stay: a number or a percentage; empty when the budget is the other way round.</summary>
    public string MinAvailable => Model.Spec?.MinAvailable?.Value ?? "";

    public string MaxUnavailable => Model.Spec?.MaxUnavailable?.Value ?? "";

    /// <summary>Pods that may be evicted now.</summary>
    public int AllowedDisruptions => Model.Status?.DisruptionsAllowed ?? 0;

    public int CurrentHealthy => Model.Status?.CurrentHealthy ?? 0;
    public int DesiredHealthy => Model.Status?.DesiredHealthy ?? 0;
    public int ExpectedPods => Model.Status?.ExpectedPods ?? 0;
    public string Selector => LabelSelector.From(Model.Spec?.Selector).ToString();
}
