using System.Globalization;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Source: Kubernetes API reference, Service v1, the default of each field.</summary>
internal static class ServiceDefaults
{
    /// <summary>Seconds that a client keeps its pod: 3 hours.</summary>
    private const int AffinitySeconds = 10_800;

    public static void Apply(V1ServiceSpec spec)
    {
        spec.Type = ServiceTypes.Of(spec);
        spec.SessionAffinity = string.IsNullOrEmpty(spec.SessionAffinity) ? "None" : spec.SessionAffinity;
        if (spec.SessionAffinity == "ClientIP")
        {
            spec.SessionAffinityConfig ??= new();
            spec.SessionAffinityConfig.ClientIP ??= new();
            spec.SessionAffinityConfig.ClientIP.TimeoutSeconds ??= AffinitySeconds;
        }
        else if (spec.SessionAffinity == "None")
        {
            spec.SessionAffinityConfig = null;
        }
        foreach (var port in spec.Ports ?? [])
        {
            port.Protocol = string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol;
            if (string.IsNullOrEmpty(port.TargetPort?.Value) || port.TargetPort.Value == "0")
            {
                port.TargetPort = port.Port.ToString(CultureInfo.InvariantCulture);
            }
            port.NodePort = port.NodePort == 0 ? null : port.NodePort;
        }
        if (ServiceTypes.IsExternal(spec))
        {
            spec.ExternalTrafficPolicy = string.IsNullOrEmpty(spec.ExternalTrafficPolicy) ? "Cluster" : spec.ExternalTrafficPolicy;
        }
        if (spec.Type == ServiceTypes.LoadBalancer)
        {
            spec.AllocateLoadBalancerNodePorts ??= true;
        }
        if (ServiceTypes.HasAddress(spec))
        {
            spec.InternalTrafficPolicy ??= "Cluster";
            // Services have IPv4 addresses: PreferDualStack is content with one family.
            spec.IpFamilyPolicy ??= "SingleStack";
            spec.IpFamilies = spec.IpFamilies is { Count: > 0 } families ? families : ["IPv4"];
        }
    }
}
