using k8s.Models;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>Labels that tell slices apart. Source: Kubernetes documentation, "Well-Known Labels, Annotations and Taints".</summary>
internal static class SliceLabels
{
    public const string ServiceName = "kubernetes.io/service-name";
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    public const string Headless = "service.kubernetes.io/headless";
    /// <summary>Label of Endpoints: <c>"true"</c> leaves them alone.</summary>
    public const string SkipMirror = "endpointslice.kubernetes.io/skip-mirror";
    public const string Controller = "endpointslice-controller.k8s.io";
    public const string Mirror = "endpointslicemirroring-controller.k8s.io";

    /// <summary>What a slice has: what its source has, and what it is.</summary>
    public static Dictionary<string, string> Of(IDictionary<string, string>? source, string service, string manager, bool headless)
    {
        var labels = Inherited(source, headless);
        labels[ServiceName] = service;
        labels[ManagedBy] = manager;
        return labels;
    }

    public static Dictionary<string, string> Inherited(IDictionary<string, string>? source, bool headless)
    {
        var labels = new Dictionary<string, string>(source ?? new Dictionary<string, string>());
        foreach (var own in new[] { ServiceName, ManagedBy, Headless, SkipMirror })
        {
            labels.Remove(own);
        }
        if (headless)
        {
            labels[Headless] = "";
        }
        return labels;
    }

    public static string? Service(Storage.Cache.CachedObject slice) => slice.Encoded.Labels.GetValueOrDefault(ServiceName);

    public static bool IsManagedBy(V1EndpointSlice slice, string manager) => slice.Metadata.Labels is { } labels && labels.TryGetValue(ManagedBy, out var by) && by == manager;
}
