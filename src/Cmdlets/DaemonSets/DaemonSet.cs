using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>A DaemonSet, with what <c>kubectl get daemonsets</c> shows of it. Numbers are of nodes.</summary>
public sealed class DaemonSet : ClusterObject
{
    internal DaemonSet(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1DaemonSet Model => (V1DaemonSet)Object;

    /// <summary>That are to have its pod.</summary>
    public int Desired => Model.Status?.DesiredNumberScheduled ?? 0;

    /// <summary>Of those, that have it.</summary>
    public int Current => Model.Status?.CurrentNumberScheduled ?? 0;

    /// <summary>Whose pod is ready.</summary>
    public int Ready => Model.Status?.NumberReady ?? 0;

    /// <summary>Whose pod is of the current template.</summary>
    public int UpToDate => Model.Status?.UpdatedNumberScheduled ?? 0;

    /// <summary>Whose pod has been ready for minReadySeconds.</summary>
    public int Available => Model.Status?.NumberAvailable ?? 0;

    /// <summary>That have its pod and are not to have one.</summary>
    public int Misscheduled => Model.Status?.NumberMisscheduled ?? 0;

    /// <summary>Labels of its nodes; empty for all.</summary>
    public string NodeSelector => Model.Spec?.Template?.Spec?.NodeSelector is { Count: > 0 } labels ? LabelSelector.FromLabels(labels).ToString() : "";

    public IReadOnlyList<string> Images => [.. (Model.Spec?.Template?.Spec?.Containers ?? []).Select(container => container.Image ?? "")];
    public string Selector => LabelSelector.From(Model.Spec?.Selector).ToString();
}
