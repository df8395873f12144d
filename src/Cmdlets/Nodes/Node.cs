using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>A node, with what <c>kubectl get nodes</c> shows of it.</summary>
public sealed class Node : ClusterObject
{
    internal Node(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1Node Model => (V1Node)Object;

    /// <summary><c>Ready</c>, <c>NotReady</c> or <c>Unknown</c>, and whether it takes pods.</summary>
    public string Status => NodeSummary.Status(Model);

    public string Roles => NodeSummary.Roles(Model);
    public string? Version => Model.Status?.NodeInfo?.KubeletVersion;
    public string InternalIP => NodeSummary.Address(Model, "InternalIP");

    /// <summary>Runtime of pods that name none: <c>process</c> or <c>docker</c>.</summary>
    public string? Runtime => Labels.GetValueOrDefault(WellKnown.RuntimeLabel);

    public string? PodCidr => Model.Spec?.PodCIDR;
    public bool Schedulable => Model.Spec?.Unschedulable != true;
    public string? OperatingSystem => Model.Status?.NodeInfo?.OsImage;
}
