using k8s.Models;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>What follows from a service's type.</summary>
internal static class ServiceTypes
{
    public const string ClusterIP = "ClusterIP";
    public const string NodePort = "NodePort";
    public const string LoadBalancer = "LoadBalancer";
    public const string ExternalName = "ExternalName";

    /// <summary>In the place of an address: the service has none, its name stands for its pods.</summary>
    public const string NoAddress = "None";

    /// <summary>The type, before or after defaults.</summary>
    public static string Of(V1ServiceSpec spec) => string.IsNullOrEmpty(spec.Type) ? ClusterIP : spec.Type;

    public static bool HasAddress(V1ServiceSpec spec) => Of(spec) != ExternalName;

    public static bool IsHeadless(V1ServiceSpec spec) => HasAddress(spec) && spec.ClusterIP == NoAddress;

    public static bool MayHaveNodePorts(V1ServiceSpec spec) => Of(spec) is NodePort or LoadBalancer;

    /// <summary>True where a port without a node port is given one.</summary>
    public static bool WantsNodePorts(V1ServiceSpec spec) =>
        Of(spec) == NodePort || (Of(spec) == LoadBalancer && spec.AllocateLoadBalancerNodePorts != false);

    /// <summary>True where traffic may come from outside the cluster, so that externalTrafficPolicy means something.</summary>
    public static bool IsExternal(V1ServiceSpec spec) => MayHaveNodePorts(spec) || (HasAddress(spec) && spec.ExternalIPs is { Count: > 0 });
}
