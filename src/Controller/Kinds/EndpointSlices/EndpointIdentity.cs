using k8s.Models;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>When two endpoints are one, and when it has changed.</summary>
internal static class EndpointIdentity
{
    /// <summary>The pod, or of an endpoint without one its first address.</summary>
    public static string Of(V1Endpoint endpoint) => endpoint.TargetRef?.Uid ?? endpoint.Addresses?.FirstOrDefault() ?? "";

    public static bool Same(V1Endpoint left, V1Endpoint right) =>
        (left.Addresses ?? []).SequenceEqual(right.Addresses ?? [])
        && (left.Conditions?.Ready, left.Conditions?.Serving, left.Conditions?.Terminating) == (right.Conditions?.Ready, right.Conditions?.Serving, right.Conditions?.Terminating)
        && (left.Hostname, left.NodeName) == (right.Hostname, right.NodeName)
        && (left.TargetRef?.Kind, left.TargetRef?.NamespaceProperty, left.TargetRef?.Name, left.TargetRef?.Uid)
            == (right.TargetRef?.Kind, right.TargetRef?.NamespaceProperty, right.TargetRef?.Name, right.TargetRef?.Uid);
}
