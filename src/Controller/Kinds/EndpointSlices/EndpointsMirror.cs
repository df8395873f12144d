using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>
/// Shows the hand-written Endpoints of services without a selector as slices, which is what proxies and DNS read. Source: Kubernetes documentation,
/// "EndpointSlice mirroring".
/// </summary>
internal sealed class EndpointsMirror(ObjectApi api, SliceWriter writer) : Reconciler
{
    /// <summary>Addresses of one subset that are mirrored.</summary>
    private const int MaxAddresses = 1000;
    private static readonly ResourceKind Services = Catalog.ForType<V1Service>();
    private static readonly ResourceKind Kind = Catalog.ForType<V1Endpoints>();
    private static readonly ResourceKind Slices = Catalog.ForType<V1EndpointSlice>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, Services.GroupResource, Slices.GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var key = change.Object.Key;
        if (key.Resource != Slices.GroupResource)
        {
            return [ObjectKey.Of(Kind, key.Namespace, key.Name)];
        }
        return new[] { change.Object, change.Previous }.OfType<CachedObject>().Where(slice => slice.Encoded.Labels.GetValueOrDefault(SliceLabels.ManagedBy) == SliceLabels.Mirror)
            .Select(SliceLabels.Service).OfType<string>().Distinct().Select(name => ObjectKey.Of(Kind, key.Namespace, name));
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var existing = writer.Read(key.Namespace, key.Name, SliceLabels.Mirror);
        var service = api.Find<V1Service>(key.Namespace, key.Name);
        var endpoints = api.Cache.Get(key)?.Decode<V1Endpoints>();
        if (service is not { Metadata.DeletionTimestamp: null } || endpoints is not { Metadata.DeletionTimestamp: null }
            || service.Spec.Selector is { Count: > 0 } || !ServiceTypes.HasAddress(service.Spec) || IsLeftAlone(endpoints))
        {
            await writer.DeleteAsync(existing, cancellationToken).ConfigureAwait(false);
            return null;
        }
        var groups = Group(endpoints);
        var labels = SliceLabels.Of(endpoints.Metadata.Labels, key.Name, SliceLabels.Mirror, ServiceTypes.IsHeadless(service.Spec));
        var plan = SlicePlanner.Plan(groups, existing, labels);
        if (!plan.IsEmpty)
        {
            await writer.ApplyAsync(plan, endpoints, key.Name, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    private static bool IsLeftAlone(V1Endpoints endpoints) =>
        endpoints.Metadata.Labels is { } labels && labels.TryGetValue(SliceLabels.SkipMirror, out var skip) && skip == "true";

    internal static IReadOnlyList<SliceGroup> Group(V1Endpoints endpoints) =>
    [
        .. (endpoints.Subsets ?? []).SelectMany(subset => Addresses(subset).Take(MaxAddresses).Select(pair => (Ports: Ports(subset), pair.Type, pair.Endpoint)))
            .GroupBy(item => item.Type)
            .SelectMany(family => family.GroupBy(item => item.Ports, item => item.Endpoint, ServiceEndpoints.PortsComparer.Instance)
                .Select(group => new SliceGroup(family.Key, group.Key, [.. group]))),
    ];

    private static IEnumerable<(string Type, V1Endpoint Endpoint)> Addresses(V1EndpointSubset subset) =>
        (subset.Addresses ?? []).Select(address => (Type(address), Endpoint(address, true))).Concat((subset.NotReadyAddresses ?? []).Select(address => (Type(address), Endpoint(address, false))));

    private static string Type(V1EndpointAddress address) =>
        IPAddress.Parse(address.Ip).AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4"; // Validated.

    private static V1Endpoint Endpoint(V1EndpointAddress address, bool ready) => new()
    {
        Addresses = [address.Ip],
        Conditions = new() { Ready = ready },
        Hostname = string.IsNullOrEmpty(address.Hostname) ? null : address.Hostname,
        NodeName = string.IsNullOrEmpty(address.NodeName) ? null : address.NodeName,
        TargetRef = address.TargetRef,
    };

    private static ImmutableArray<ResolvedPort> Ports(V1EndpointSubset subset) =>
        [.. (subset.Ports ?? []).Select(port => new ResolvedPort(port.Name ?? "", port.Port, port.Protocol ?? "TCP", port.AppProtocol))];
}
