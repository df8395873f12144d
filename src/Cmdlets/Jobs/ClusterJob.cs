using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>A Job, with what <c>kubectl get jobs</c> shows of it.</summary>
public sealed class ClusterJob : ClusterObject
{
    internal ClusterJob(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1Job Model => (V1Job)Object;

    /// <summary><c>Running</c>, <c>Complete</c>, <c>Failed</c>, <c>Suspended</c>…</summary>
    public string Status => JobSummary.Status(Model);

    /// <summary>Completed pods of the wanted ones: <c>2/3</c>.</summary>
    public string Completions => JobSummary.Completions(Model);

    /// <summary>How long it ran, or has been running: <c>12s</c>.</summary>
    public string Duration => JobSummary.Duration(Model, Now);

    public int Active => Model.Status?.Active ?? 0;
    public int Succeeded => Model.Status?.Succeeded ?? 0;
    public int Failed => Model.Status?.Failed ?? 0;
    public IReadOnlyList<string> Images => [.. (Model.Spec?.Template?.Spec?.Containers ?? []).Select(container => container.Image ?? "")];
    public string Selector => LabelSelector.From(Model.Spec?.Selector).ToString();
}
