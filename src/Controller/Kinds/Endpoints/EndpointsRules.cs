using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Endpoints;

/// <summary>Source: Kubernetes API reference, Endpoints v1.</summary>
internal sealed class EndpointsRules : KindRules<V1Endpoints>
{
    protected override void Default(V1Endpoints item)
    {
        foreach (var port in (item.Subsets ?? []).SelectMany(subset => subset.Ports ?? []))
        {
            port.Protocol = string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol;
        }
    }

    protected override void Validate(V1Endpoints item, FieldErrors errors)
    {
        for (var i = 0; i < (item.Subsets?.Count ?? 0); i++)
        {
            var (subset, field) = (item.Subsets![i], $"subsets[{i}]"); // Counted above.
            if (subset.Addresses is not { Count: > 0 } && subset.NotReadyAddresses is not { Count: > 0 })
            {
                errors.Required(field, "must specify `addresses` or `notReadyAddresses`");
            }
            Addresses(field + ".addresses", subset.Addresses, errors);
            Addresses(field + ".notReadyAddresses", subset.NotReadyAddresses, errors);
            Ports(field + ".ports", subset.Ports, errors);
        }
    }

    private static void Addresses(string path, IList<V1EndpointAddress>? addresses, FieldErrors errors)
    {
        for (var i = 0; i < (addresses?.Count ?? 0); i++)
        {
            var (address, field) = (addresses![i], $"{path}[{i}]"); // Counted above.
            ServiceAddressRules.Endpoint(field + ".ip", address.Ip, errors);
            if (!string.IsNullOrEmpty(address.Hostname))
            {
                errors.Check(field + ".hostname", address.Hostname, NameRules.DnsLabel(address.Hostname));
            }
            if (address.NodeName is not null)
            {
                errors.Check(field + ".nodeName", address.NodeName, NameRules.DnsSubdomain(address.NodeName));
            }
        }
    }

    private static void Ports(string path, IList<Corev1EndpointPort>? ports, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (ports?.Count ?? 0); i++)
        {
            var (port, field) = (ports![i], $"{path}[{i}]"); // Counted above.
            ServicePortRules.Name(field + ".name", port.Name, ports.Count > 1, names, errors);
            ProbeRules.PortNumber(field + ".port", port.Port, errors);
            PodSpecRules.OneOf(field + ".protocol", port.Protocol, ServicePortRules.Protocols, errors);
            if (port.AppProtocol is not null)
            {
                errors.Check(field + ".appProtocol", port.AppProtocol, NameRules.QualifiedName(port.AppProtocol));
            }
        }
    }
}
