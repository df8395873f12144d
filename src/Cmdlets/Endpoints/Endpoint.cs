using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;

namespace Orchestrator.Cmdlets;

/// <summary>One address behind a Service, out of its EndpointSlices.</summary>
public sealed class Endpoint
{
    private readonly V1Endpoint _endpoint;
    private readonly V1EndpointSlice _slice;

    private Endpoint(V1EndpointSlice slice, V1Endpoint endpoint, string context) => (_slice, _endpoint, Context) = (slice, endpoint, context);

    public string Service => _slice.Metadata.Labels is { } labels && labels.TryGetValue("kubernetes.io/service-name", out var name) ? name : "";
    public string Namespace => _slice.Metadata.NamespaceProperty;
    public string Context { get; }

    /// <summary>The pod's name; empty for an address that is no pod's.</summary>
    public string Name => _endpoint.TargetRef?.Kind == "Pod" ? _endpoint.TargetRef.Name : "";

    public string Address => string.Join(',', _endpoint.Addresses ?? []);

    /// <summary>Such as <c>http=8080/TCP</c>.</summary>
    public string Ports => string.Join(',', (_slice.Ports ?? []).Select(port => $"{(string.IsNullOrEmpty(port.Name) ? "" : port.Name + "=")}{port.Port?.ToString() ?? "*"}/{port.Protocol}"));

    /// <summary>It gets new connections.</summary>
    public bool Ready => _endpoint.Conditions?.Ready ?? true;

    /// <summary>It answers those that it has.</summary>
    public bool Serving => _endpoint.Conditions?.Serving ?? Ready;

    /// <summary>It is on its way out.</summary>
    public bool Terminating => _endpoint.Conditions?.Terminating ?? false;

    public string Node => _endpoint.NodeName ?? "";
    public string Hostname => _endpoint.Hostname ?? "";

    /// <summary>Name of the EndpointSlice that it is in.</summary>
    public string EndpointSlice => _slice.Metadata.Name;

    internal static IEnumerable<Endpoint> Of(JsonObject tree, string context)
    {
        var slice = (V1EndpointSlice)ModelJson.Decode(tree, typeof(V1EndpointSlice));
        return (slice.Endpoints ?? []).Select(endpoint => new Endpoint(slice, endpoint, context));
    }

    public override string ToString() => Address;
}
