using System.Globalization;
using System.Security.Cryptography;
using k8s.Models;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Proxying;

/// <summary><c>services/proxy</c>: which pod, and which port of it, stands for the service in one request.</summary>
internal static class ServiceTarget
{
    private static readonly ResourceKind Slices = Catalog.ForType<V1EndpointSlice>();

    /// <exception cref="ApiException">NotFound; ServiceUnavailable: no such port, or no pod that is ready.</exception>
    public static (V1Pod Pod, int Port) Choose(ApiContext context, ProxyTarget target)
    {
        var service = context.Api.Get(context.Request.Kind, context.Request.Namespace, target.Name).Decode<V1Service>();
        var port = PortOf(service, target);
        var ready = context.Api.Cache.List(new(Slices.GroupResource, context.Request.Namespace) { Labels = LabelSelector.FromLabels([new(SliceLabels.ServiceName, target.Name)]) }).Items
            .Select(item => item.Decode<V1EndpointSlice>())
            .SelectMany(slice => (slice.Endpoints ?? []).Select(endpoint => (endpoint, number: (slice.Ports ?? []).FirstOrDefault(other => (other.Name ?? "") == (port.Name ?? ""))?.Port)))
            // Pods are reached through their agents. An address that is no pod's is nobody's to reach from here.
            .Where(pair => pair is { number: not null, endpoint: { Conditions.Ready: not false, TargetRef.Kind: "Pod" } }).ToArray();
        if (ready.Length == 0)
        {
            throw ApiException.Unavailable($"no endpoints available for service \"{target.Name}\"");
        }
        var (chosen, number) = ready[RandomNumberGenerator.GetInt32(ready.Length)];
        return (context.Api.Get(Catalog.ForType<V1Pod>(), context.Request.Namespace, chosen.TargetRef.Name).Decode<V1Pod>(), number!.Value); // Filtered above.
    }

    private static V1ServicePort PortOf(V1Service service, ProxyTarget target)
    {
        var ports = service.Spec.Ports ?? [];
        var found = target.Port is null ? ports.FirstOrDefault()
            : ports.FirstOrDefault(port => port.Name == target.Port || port.Port.ToString(CultureInfo.InvariantCulture) == target.Port);
        return found ?? throw ApiException.Unavailable($"no service port \"{target.Port}\" found for service \"{target.Name}\"");
    }
}
