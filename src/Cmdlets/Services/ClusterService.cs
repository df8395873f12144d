using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>A Service, with what <c>kubectl get services</c> shows of it.</summary>
public sealed class ClusterService : ClusterObject
{
    internal ClusterService(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1Service Model => (V1Service)Object;

    /// <summary>ClusterIP, NodePort, LoadBalancer or ExternalName.</summary>
    public string Type => Model.Spec?.Type ?? "";

    /// <summary>Address inside the cluster; <c>None</c> when its name stands for its pods.</summary>
    public string ClusterIP => Model.Spec?.ClusterIP ?? "";

    /// <summary>Address or name outside the cluster.</summary>
    public string ExternalIP => ServiceSummary.ExternalAddress(Model) ?? "";

    /// <summary>Such as <c>80:30080/TCP</c>.</summary>
    public string Ports => ServiceSummary.Ports(Model) ?? "";

    /// <summary>Labels of its pods.</summary>
    public string Selector => Model.Spec?.Selector is { Count: > 0 } labels ? LabelSelector.FromLabels(labels).ToString() : "";

    public string SessionAffinity => Model.Spec?.SessionAffinity ?? "";
}
