using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>What happened to an object.</summary>
public sealed class ClusterEvent : ClusterObject
{
    internal ClusterEvent(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private Corev1Event Model => (Corev1Event)Object;

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type => Model.Type;

    public string? Reason => Model.Reason;
    public string Message => (Model.Message ?? "").Trim();

    /// <summary>What it is about: <c>Pod/web-1</c>.</summary>
    public string InvolvedObject => $"{Model.InvolvedObject?.Kind}/{Model.InvolvedObject?.Name}";

    public int Count => Model.Series?.Count ?? Model.Count ?? 1;

    /// <summary>When it last happened, UTC.</summary>
    public DateTime? LastSeen => Model.Series?.LastObservedTime ?? Model.LastTimestamp ?? Model.EventTime ?? Model.Metadata.CreationTimestamp;

    public string LastSeenText => HumanDuration.Since(LastSeen, Now);
    public string? Source => Model.Source?.Component ?? Model.ReportingComponent;
}
