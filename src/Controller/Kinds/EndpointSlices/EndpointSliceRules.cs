using System.Net.Sockets;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>Source: Kubernetes API reference, EndpointSlice discovery.k8s.io/v1.</summary>
internal sealed class EndpointSliceRules : KindRules<V1EndpointSlice>
{
    private const int MaxEndpoints = 1000;
    private const int MaxPorts = 100;
    private const int MaxAddresses = 100;

    protected override void Default(V1EndpointSlice item)
    {
        foreach (var port in item.Ports ?? [])
        {
            port.Name ??= "";
            port.Protocol ??= "TCP";
        }
    }

    protected override void Validate(V1EndpointSlice item, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(item.AddressType))
        {
            errors.Required("addressType");
        }
        else
        {
            PodSpecRules.OneOf("addressType", item.AddressType, ["FQDN", "IPv4", "IPv6"], errors);
        }
        TooMany("endpoints", item.Endpoints?.Count, MaxEndpoints, errors);
        for (var i = 0; i < (item.Endpoints?.Count ?? 0); i++)
        {
            Endpoint($"endpoints[{i}]", item.AddressType, item.Endpoints![i], errors); // Counted above.
        }
        TooMany("ports", item.Ports?.Count, MaxPorts, errors);
        Ports(item.Ports, errors);
    }

    protected override void ValidateUpdate(V1EndpointSlice item, V1EndpointSlice old, FieldErrors errors)
    {
        if (item.AddressType != old.AddressType)
        {
            errors.Invalid("addressType", item.AddressType, "field is immutable");
        }
    }

    private static void Endpoint(string field, string? type, V1Endpoint endpoint, FieldErrors errors)
    {
        if (endpoint.Addresses is not { Count: > 0 } addresses)
        {
            errors.Required(field + ".addresses", "must contain at least 1 address");
            addresses = [];
        }
        TooMany(field + ".addresses", addresses.Count, MaxAddresses, errors);
        for (var i = 0; i < addresses.Count; i++)
        {
            Address($"{field}.addresses[{i}]", type, addresses[i], errors);
        }
        if (endpoint.Hostname is not null)
        {
            errors.Check(field + ".hostname", endpoint.Hostname, NameRules.DnsLabel(endpoint.Hostname));
        }
        if (endpoint.NodeName is not null)
        {
            errors.Check(field + ".nodeName", endpoint.NodeName, NameRules.DnsSubdomain(endpoint.NodeName));
        }
    }

    private static void Address(string field, string? type, string address, FieldErrors errors)
    {
        if (type == "FQDN")
        {
            errors.Check(field, address, NameRules.DnsSubdomain(address.EndsWith('.') ? address[..^1] : address));
            return;
        }
        ServiceAddressRules.Endpoint(field, address, errors);
        if (ServiceAddressRules.TryParse(address, out var parsed) && type is "IPv4" or "IPv6" && (parsed.AddressFamily == AddressFamily.InterNetwork) != (type == "IPv4"))
        {
            errors.Invalid(field, address, $"must be an {type} address");
        }
    }

    private static void Ports(IList<Discoveryv1EndpointPort>? ports, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (ports?.Count ?? 0); i++)
        {
            var (port, field) = (ports![i], $"ports[{i}]"); // Counted above.
            if (port.Name is { Length: > 0 } name)
            {
                errors.Check(field + ".name", name, NameRules.DnsLabel(name));
            }
            if (!names.Add(port.Name ?? ""))
            {
                errors.Duplicate(field + ".name", port.Name);
            }
            if (port.Port is { } number)
            {
                ProbeRules.PortNumber(field + ".port", number, errors);
            }
            PodSpecRules.OneOf(field + ".protocol", port.Protocol, ServicePortRules.Protocols, errors);
            if (port.AppProtocol is { Length: > 0 })
            {
                errors.Check(field + ".appProtocol", port.AppProtocol, NameRules.QualifiedName(port.AppProtocol));
            }
        }
    }

    private static void TooMany(string field, int? count, int most, FieldErrors errors)
    {
        if (count > most)
        {
            errors.Invalid(field, count, $"must have at most {most} items");
        }
    }
}
