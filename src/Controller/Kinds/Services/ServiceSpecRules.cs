using System.Net;
using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>What a service's spec must keep to. Source: Kubernetes API reference, Service v1.</summary>
internal static class ServiceSpecRules
{
    private const int MaxAffinitySeconds = 86_400;
    private static readonly string[] Types = [ServiceTypes.ClusterIP, ServiceTypes.ExternalName, ServiceTypes.LoadBalancer, ServiceTypes.NodePort];

    public static void Validate(V1ServiceSpec spec, FieldErrors errors)
    {
        PodSpecRules.OneOf("spec.type", spec.Type, Types, errors);
        PodSpecRules.OneOf("spec.sessionAffinity", spec.SessionAffinity, ["ClientIP", "None"], errors);
        if (spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds is { } seconds and not (> 0 and <= MaxAffinitySeconds))
        {
            errors.Invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds, $"must be greater than 0 and less than or equal to {MaxAffinitySeconds}");
        }
        MetadataRules.Labels("spec.selector", spec.Selector, errors);
        Name(spec, errors);
        Addresses(spec, errors);
        Families(spec, errors);
        ServicePortRules.Validate(spec, errors);
        Policies(spec, errors);
        for (var i = 0; i < (spec.ExternalIPs?.Count ?? 0); i++)
        {
            ServiceAddressRules.External($"spec.externalIPs[{i}]", spec.ExternalIPs![i], errors); // Counted above.
        }
        Balancer(spec, errors);
    }

    private static void Name(V1ServiceSpec spec, FieldErrors errors)
    {
        if (spec.Type != ServiceTypes.ExternalName)
        {
            return;
        }
        if (string.IsNullOrEmpty(spec.ExternalName))
        {
            errors.Required("spec.externalName");
            return;
        }
        var name = spec.ExternalName.EndsWith('.') ? spec.ExternalName[..^1] : spec.ExternalName;
        errors.Check("spec.externalName", spec.ExternalName, NameRules.DnsSubdomain(name));
    }

    private static void Addresses(V1ServiceSpec spec, FieldErrors errors)
    {
        var addresses = spec.ClusterIPs ?? [];
        if (spec.Type == ServiceTypes.ExternalName)
        {
            if (!string.IsNullOrEmpty(spec.ClusterIP) || addresses.Count > 0)
            {
                errors.Forbidden("spec.clusterIPs", "may not be set for ExternalName services");
            }
            return;
        }
        if (string.IsNullOrEmpty(spec.ClusterIP) && addresses.Count > 0)
        {
            errors.Invalid("spec.clusterIPs", string.Join(',', addresses), "must be empty when `clusterIP` is not specified");
            return;
        }
        if (addresses.Count > 1)
        {
            errors.Invalid("spec.clusterIPs", string.Join(',', addresses), "may only hold one value: services of this cluster have one address, of the family IPv4");
        }
        if (addresses.Count > 0 && addresses[0] != spec.ClusterIP)
        {
            errors.Invalid("spec.clusterIPs[0]", addresses[0], "first value must match `clusterIP`");
        }
        if (spec.ClusterIP == ServiceTypes.NoAddress)
        {
            if (ServiceTypes.MayHaveNodePorts(spec))
            {
                errors.Invalid("spec.clusterIPs[0]", spec.ClusterIP, $"may not be set to 'None' for {spec.Type} services");
            }
        }
        else if (!string.IsNullOrEmpty(spec.ClusterIP))
        {
            errors.Check("spec.clusterIPs[0]", spec.ClusterIP, ServiceAddressRules.Address(spec.ClusterIP));
        }
    }

    private static void Families(V1ServiceSpec spec, FieldErrors errors)
    {
        if (spec.Type == ServiceTypes.ExternalName)
        {
            if (spec.IpFamilies is { Count: > 0 })
            {
                errors.Forbidden("spec.ipFamilies", "may not be set for ExternalName services");
            }
            if (spec.IpFamilyPolicy is not null)
            {
                errors.Forbidden("spec.ipFamilyPolicy", "may not be set for ExternalName services");
            }
            return;
        }
        PodSpecRules.OneOf("spec.ipFamilyPolicy", spec.IpFamilyPolicy, ["PreferDualStack", "RequireDualStack", "SingleStack"], errors);
        // A headless service without a selector promises nothing: whoever writes its endpoints chooses their families.
        var free = ServiceTypes.IsHeadless(spec) && spec.Selector is not { Count: > 0 };
        if (spec.IpFamilyPolicy == "RequireDualStack" && !free)
        {
            errors.Invalid("spec.ipFamilyPolicy", spec.IpFamilyPolicy, "this cluster is not configured for dual-stack services");
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (spec.IpFamilies?.Count ?? 0); i++)
        {
            var (family, field) = (spec.IpFamilies![i], $"spec.ipFamilies[{i}]"); // Counted above.
            if (family is not ("IPv4" or "IPv6"))
            {
                errors.NotSupported(field, family, "IPv4", "IPv6");
            }
            else if (!seen.Add(family))
            {
                errors.Duplicate(field, family);
            }
            else if (family == "IPv6" && !free)
            {
                errors.Invalid(field, family, "not configured on this cluster");
            }
        }
    }

    private static void Policies(V1ServiceSpec spec, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(spec.ExternalTrafficPolicy))
        {
            if (ServiceTypes.IsExternal(spec))
            {
                PodSpecRules.OneOf("spec.externalTrafficPolicy", spec.ExternalTrafficPolicy, ["Cluster", "Local"], errors);
            }
            else
            {
                errors.Invalid("spec.externalTrafficPolicy", spec.ExternalTrafficPolicy, "may only be set for externally-accessible services");
            }
        }
        if (spec.InternalTrafficPolicy is not null)
        {
            if (spec.Type == ServiceTypes.ExternalName)
            {
                errors.Forbidden("spec.internalTrafficPolicy", "may not be set for ExternalName services");
            }
            PodSpecRules.OneOf("spec.internalTrafficPolicy", spec.InternalTrafficPolicy, ["Cluster", "Local"], errors);
        }
        if (spec.TrafficDistribution is { Length: > 0 })
        {
            PodSpecRules.OneOf("spec.trafficDistribution", spec.TrafficDistribution, ["PreferClose"], errors);
        }
    }

    private static void Balancer(V1ServiceSpec spec, FieldErrors errors)
    {
        var balanced = spec.Type == ServiceTypes.LoadBalancer;
        void Only(string field, bool isSet)
        {
            if (isSet && !balanced)
            {
                errors.Forbidden(field, "may only be used when `type` is 'LoadBalancer'");
            }
        }
        Only("spec.allocateLoadBalancerNodePorts", spec.AllocateLoadBalancerNodePorts is not null);
        Only("spec.loadBalancerClass", spec.LoadBalancerClass is not null);
        Only("spec.loadBalancerSourceRanges", spec.LoadBalancerSourceRanges is { Count: > 0 });
        if (spec.LoadBalancerClass is not null)
        {
            errors.Check("spec.loadBalancerClass", spec.LoadBalancerClass, NameRules.QualifiedName(spec.LoadBalancerClass));
        }
        for (var i = 0; i < (spec.LoadBalancerSourceRanges?.Count ?? 0); i++)
        {
            var range = spec.LoadBalancerSourceRanges![i].Trim(); // Counted above.
            errors.Check($"spec.loadBalancerSourceRanges[{i}]", range, IPNetwork.TryParse(range, out _) ? null : "must be a network in CIDR notation, such as 10.0.0.0/8");
        }
        if (spec.HealthCheckNodePort is > 0 and { } health)
        {
            if (!balanced || spec.ExternalTrafficPolicy != "Local")
            {
                errors.Invalid("spec.healthCheckNodePort", health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
            }
            ProbeRules.PortNumber("spec.healthCheckNodePort", health, errors);
        }
    }
}
