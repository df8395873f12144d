using k8s.Models;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>
/// What a change of a service takes over from before: addresses and node ports that the writer left out stay, and those that the new type has
/// no use for go, unless the writer set them anew. Source: Kubernetes documentation, "Service", type changes.
/// </summary>
internal static class ServiceTransitions
{
    public static void Apply(V1ServiceSpec spec, V1ServiceSpec old)
    {
        Normalize(spec, old);
        Keep(spec, old);
        Drop(spec, old);
    }

    /// <summary>Makes <c>clusterIPs</c> follow <c>clusterIP</c>, which is the one that most writers know.</summary>
    public static void Normalize(V1ServiceSpec spec, V1ServiceSpec? old)
    {
        var untouched = old is null ? spec.ClusterIPs is not { Count: > 0 } : Same(spec.ClusterIPs, old.ClusterIPs) || spec.ClusterIPs is not { Count: > 0 };
        if (untouched && (spec.ClusterIP ?? "") != (old?.ClusterIP ?? ""))
        {
            spec.ClusterIPs = string.IsNullOrEmpty(spec.ClusterIP) ? null : [spec.ClusterIP];
        }
        else if (spec.ClusterIPs is not { Count: > 0 } && !string.IsNullOrEmpty(spec.ClusterIP))
        {
            spec.ClusterIPs = [spec.ClusterIP];
        }
    }

    private static void Keep(V1ServiceSpec spec, V1ServiceSpec old)
    {
        if (ServiceTypes.HasAddress(spec) && ServiceTypes.HasAddress(old))
        {
            if (string.IsNullOrEmpty(spec.ClusterIP) && spec.ClusterIPs is not { Count: > 0 })
            {
                (spec.ClusterIP, spec.ClusterIPs) = (old.ClusterIP, old.ClusterIPs);
            }
            spec.IpFamilyPolicy ??= old.IpFamilyPolicy;
            spec.IpFamilies = spec.IpFamilies is { Count: > 0 } ? spec.IpFamilies : old.IpFamilies;
        }
        if (ServiceTypes.WantsNodePorts(spec) && ServiceTypes.MayHaveNodePorts(old))
        {
            var stated = (spec.Ports ?? []).Select(port => (port.NodePort ?? 0, Protocol(port))).ToHashSet();
            foreach (var port in (spec.Ports ?? []).Where(port => port.NodePort is null or 0))
            {
                var before = (old.Ports ?? []).FirstOrDefault(other => other.Port == port.Port && Protocol(other) == Protocol(port));
                if (before?.NodePort is > 0 and { } number && stated.Add((number, Protocol(port))))
                {
                    port.NodePort = number;
                }
            }
        }
        if (ServiceTypes.Of(spec) == ServiceTypes.LoadBalancer && ServiceTypes.Of(old) == ServiceTypes.LoadBalancer)
        {
            spec.LoadBalancerClass ??= old.LoadBalancerClass;
        }
    }

    private static void Drop(V1ServiceSpec spec, V1ServiceSpec old)
    {
        if (!ServiceTypes.HasAddress(spec) && ServiceTypes.HasAddress(old))
        {
            if (spec.ClusterIP == old.ClusterIP)
            {
                (spec.ClusterIP, spec.ClusterIPs) = (null, null);
            }
            spec.IpFamilyPolicy = spec.IpFamilyPolicy == old.IpFamilyPolicy ? null : spec.IpFamilyPolicy;
            spec.IpFamilies = Same(spec.IpFamilies, old.IpFamilies) ? null : spec.IpFamilies;
            spec.InternalTrafficPolicy = spec.InternalTrafficPolicy == old.InternalTrafficPolicy ? null : spec.InternalTrafficPolicy;
        }
        if (!ServiceTypes.MayHaveNodePorts(spec) && ServiceTypes.MayHaveNodePorts(old))
        {
            var before = (old.Ports ?? []).Select(port => port.NodePort ?? 0).ToHashSet();
            if ((spec.Ports ?? []).All(port => before.Contains(port.NodePort ?? 0)))
            {
                foreach (var port in spec.Ports ?? [])
                {
                    port.NodePort = null;
                }
            }
        }
        if (!ServiceTypes.IsExternal(spec) && ServiceTypes.IsExternal(old) && spec.ExternalTrafficPolicy == old.ExternalTrafficPolicy)
        {
            spec.ExternalTrafficPolicy = null;
        }
        if (ServiceTypes.Of(spec) != ServiceTypes.LoadBalancer && ServiceTypes.Of(old) == ServiceTypes.LoadBalancer)
        {
            spec.AllocateLoadBalancerNodePorts = spec.AllocateLoadBalancerNodePorts == old.AllocateLoadBalancerNodePorts ? null : spec.AllocateLoadBalancerNodePorts;
            spec.LoadBalancerClass = spec.LoadBalancerClass == old.LoadBalancerClass ? null : spec.LoadBalancerClass;
            spec.HealthCheckNodePort = spec.HealthCheckNodePort == old.HealthCheckNodePort ? null : spec.HealthCheckNodePort;
            spec.LoadBalancerSourceRanges = Same(spec.LoadBalancerSourceRanges, old.LoadBalancerSourceRanges) ? null : spec.LoadBalancerSourceRanges;
        }
        if (ServiceTypes.HasAddress(spec) && !ServiceTypes.HasAddress(old) && spec.ExternalName == old.ExternalName)
        {
            spec.ExternalName = null;
        }
    }

    private static string Protocol(V1ServicePort port) => string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol;

    private static bool Same(IList<string>? left, IList<string>? right) => (left ?? []).SequenceEqual(right ?? []);
}
