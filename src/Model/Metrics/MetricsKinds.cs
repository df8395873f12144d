using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model.Metrics;

/// <summary>
/// The kinds of <c>metrics.k8s.io</c>. They are measured when they are asked for and never stored, so they are no part of the <see cref="Catalog"/>:
/// a name such as <c>pods</c> means the stored kind unless its group is given.
/// </summary>
public static class MetricsKinds
{
    public const string Group = "metrics.k8s.io";

    public static ResourceKind Node { get; } = new()
    {
        Group = Group, Version = "v1beta1", Kind = "NodeMetrics", Plural = "nodes", Singular = "", Namespaced = false, ClrType = typeof(NodeMetrics),
    };

    public static ResourceKind Pod { get; } = new()
    {
        Group = Group, Version = "v1beta1", Kind = "PodMetrics", Plural = "pods", Singular = "", Namespaced = true, ClrType = typeof(PodMetrics),
    };

    /// <summary>Not of Kubernetes' own: what the volume of a claim holds.</summary>
    public static ResourceKind Volume { get; } = new()
    {
        Group = Group, Version = "v1beta1", Kind = "VolumeMetrics", Plural = "volumes", Singular = "", Namespaced = true, ClrType = typeof(VolumeMetrics),
    };

    public static ImmutableArray<ResourceKind> All { get; } = [Node, Pod, Volume];
}
