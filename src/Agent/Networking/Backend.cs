using System.Net;
using k8s.Models;

namespace Orchestrator.Agent.Networking;

/// <summary>One place behind a port of a service.</summary>
/// <param name="Address">The pod's.</param>
/// <param name="Port">The port there.</param>
/// <param name="IsReady">It takes new connections.</param>
/// <param name="IsServing">It would, though it may be on its way out.</param>
/// <param name="IsTerminating">It is on its way out: it keeps its connections and gets new ones only when there is nobody else.</param>
/// <param name="Node">Where it runs; null where the slice does not say.</param>
internal readonly record struct Backend(IPAddress Address, int Port, bool IsReady, bool IsServing, bool IsTerminating, string? Node)
{
    /// <summary>An endpoint without conditions is ready and serving. Source: Kubernetes API reference, EndpointConditions.</summary>
    public static Backend Of(IPAddress address, int port, V1Endpoint endpoint) => new(
        address, port, endpoint.Conditions?.Ready ?? true, endpoint.Conditions?.Serving ?? endpoint.Conditions?.Ready ?? true, endpoint.Conditions?.Terminating ?? false, endpoint.NodeName);
}
