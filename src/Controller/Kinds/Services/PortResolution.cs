using System.Collections.Immutable;
using System.Globalization;
using k8s.Models;
using Orchestrator.Controller.Kinds.EndpointSlices;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Which ports of a pod a service's ports lead to.</summary>
internal static class PortResolution
{
    /// <summary>The ports that the pod has; a port by a name that it doesn't know is left out.</summary>
    public static ImmutableArray<ResolvedPort> Resolve(V1Service service, EndpointPod pod) =>
    [
        .. (service.Spec.Ports ?? []).Select(port => (port, number: Number(port, pod))).Where(pair => pair.number is not null)
            .Select(pair => new ResolvedPort(pair.port.Name ?? "", pair.number!.Value, pair.port.Protocol, pair.port.AppProtocol)), // Filtered above.
    ];

    /// <summary>The names of target ports that none of the pods has.</summary>
    public static IReadOnlyList<string> Unknown(V1Service service, IReadOnlyCollection<EndpointPod> pods) => pods.Count == 0 ? [] :
    [
        .. (service.Spec.Ports ?? []).Where(port => pods.All(pod => Number(port, pod) is null)).Select(port => port.TargetPort.Value).Distinct(),
    ];

    private static int? Number(V1ServicePort port, EndpointPod pod) =>
        string.IsNullOrEmpty(port.TargetPort?.Value) ? port.Port
        : int.TryParse(port.TargetPort.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : pod.Ports.TryGetValue((port.TargetPort.Value, port.Protocol), out var named) ? named : null;
}
