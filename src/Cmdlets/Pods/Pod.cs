using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>A pod, with what <c>kubectl get pods</c> shows of it.</summary>
public sealed class Pod : ClusterObject
{
    internal Pod(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1Pod Model => (V1Pod)Object;

    /// <summary>Ready containers of all: <c>1/1</c>.</summary>
    public string Ready => Summary.Ready;

    /// <summary>What it is doing, in one word: <c>Running</c>, <c>Terminating</c>, <c>CrashLoopBackOff</c>…</summary>
    public string Status => Summary.Status;

    public int Restarts => Summary.Restarts;
    public string? IP => Model.Status?.PodIP;
    public string? Node => Model.Spec?.NodeName;
    public string? Phase => Model.Status?.Phase;
    public string RestartsText => Summary.RestartsText(Now);
    public IReadOnlyList<string> Images => [.. (Model.Spec?.Containers ?? []).Select(container => container.Image ?? "")];

    /// <summary>It takes requests: its Ready condition holds and it is not on its way out.</summary>
    public bool IsReady => Model.Metadata.DeletionTimestamp is null && (Model.Status?.Conditions ?? []).Any(condition => condition is { Type: "Ready", Status: "True" });

    private PodSummary Summary => PodSummary.Of(Model);
}
