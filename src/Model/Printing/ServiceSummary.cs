using System.Globalization;
using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>A service in a few words.</summary>
public static class ServiceSummary
{
    /// <summary>Where it is reached from outside: addresses, a name, <c>&lt;pending&gt;</c> for a balancer that is not there yet; null for nowhere.</summary>
    public static string? ExternalAddress(V1Service service)
    {
        var addresses = service.Spec?.ExternalIPs ?? [];
        switch (service.Spec?.Type)
        {
            case "ExternalName":
                return service.Spec.ExternalName;
            case "LoadBalancer":
                var balancers = (service.Status?.LoadBalancer?.Ingress ?? []).Select(ingress => ingress.Ip ?? ingress.Hostname).Concat(addresses).ToArray();
                return balancers.Length > 0 ? string.Join(',', balancers) : "<pending>";
            default:
                return addresses.Count > 0 ? string.Join(',', addresses) : null;
        }
    }

    /// <summary><c>80:30080/TCP,53/UDP</c>; null for none.</summary>
    public static string? Ports(V1Service service) => service.Spec?.Ports is { Count: > 0 } ports ? string.Join(',', ports.Select(Port)) : null;

    private static string Port(V1ServicePort port) => port.NodePort is > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{port.Port}:{port.NodePort}/{port.Protocol}")
        : string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{port.Protocol}");
}
