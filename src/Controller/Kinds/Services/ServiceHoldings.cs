using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>What a service holds of what there is only once.</summary>
internal sealed record ServiceHoldings(ImmutableArray<string> Addresses, ImmutableArray<int> Ports)
{
    public static ServiceHoldings None { get; } = new([], []);

    public static ServiceHoldings Of(V1Service service) => new(
        [.. (service.Spec?.ClusterIPs ?? []).Where(address => address is not ("" or ServiceTypes.NoAddress))],
        [.. (service.Spec?.Ports ?? []).Select(port => port.NodePort ?? 0).Append(service.Spec?.HealthCheckNodePort ?? 0).Where(port => port > 0).Distinct()]);
}
