using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Kinds.EndpointSlices;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Network;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Makes the standing services, makes them again when they go, and says in Endpoints and a slice where the API is.</summary>
internal sealed class StandingServicesReconciler(ObjectApi api, Deletion deletion, ControllerOptions options, ApiAddress address, EventRecorder events) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1Service>();
    private static readonly ResourceKind Namespaces = Catalog.ForType<V1Namespace>();
    private static readonly ResourceKind Written = Catalog.ForType<V1Endpoints>();
    private static readonly ResourceKind Slices = Catalog.ForType<V1EndpointSlice>();
    private readonly IReadOnlyList<V1Service> _standing = StandingServices.All(options);
    private bool _warned;

    public override IReadOnlyList<string> Sources { get; } = [Namespaces.GroupResource, Kind.GroupResource, Written.GroupResource, Slices.GroupResource];

    public override int Workers => 1;

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var key = change.Object.Key;
        return _standing.Where(service => key.Resource == Namespaces.GroupResource ? service.Metadata.NamespaceProperty == key.Name
            : (service.Metadata.NamespaceProperty, service.Metadata.Name) == (key.Namespace, key.Name)).Select(KeyOf);
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var wanted = _standing.First(service => KeyOf(service) == key);
        var current = api.Cache.Get(key)?.Decode<V1Service>();
        if (current is not null && current.Spec.ClusterIP != wanted.Spec.ClusterIP)
        {
            // The controller was started with another range. An address never changes: the service is made anew.
            await deletion.DeleteAsync(Kind, key.Namespace, key.Name, DeleteRequest.Default, cancellationToken).ConfigureAwait(false);
            current = null;
        }
        if (current is null)
        {
            await api.CreateAsync(Kind, key.Namespace, ModelJson.ToTree(wanted), WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        if (key.Name == StandingServices.Api)
        {
            await TellAsync(key.Namespace, await address.GetAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            await WarnAsync(key, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Once a start, where people look first: a range that hides machines is no reason not to serve, and a riddle to whoever can't reach them.</summary>
    private async Task WarnAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (!_warned && HostNetworks.Overlapping(options.ServiceNetwork) is { Count: > 0 } overlapping && api.Cache.Get(key)?.Decode<V1Service>() is { } service)
        {
            await events.WarningAsync(service, "service-controller", "ServiceNetworkOverlaps",
                $"--service-cidr {options.ServiceNetwork} overlaps with {string.Join(", ", overlapping)} of the controller's machine: choose another range, or machines there can't be reached from pods",
                cancellationToken).ConfigureAwait(false);
        }
        _warned = true;
    }

    private Task TellAsync(string @namespace, IPEndPoint end, CancellationToken cancellationToken)
    {
        var metadata = new V1ObjectMeta { Name = StandingServices.Api, NamespaceProperty = @namespace };
        return Task.WhenAll(
            // Their slice is the one beside: mirrored, they would be two.
            PutAsync(Written, new V1Endpoints
            {
                Metadata = metadata,
                Subsets = [new() { Addresses = [new() { Ip = end.Address.ToString() }], Ports = [new() { Name = "https", Port = end.Port, Protocol = "TCP" }] }],
            }, SliceLabels.SkipMirror, "true", cancellationToken),
            PutAsync(Slices, new V1EndpointSlice
            {
                Metadata = metadata,
                AddressType = "IPv4",
                Endpoints = [new() { Addresses = [end.Address.ToString()], Conditions = new() { Ready = true } }],
                Ports = [new() { Name = "https", Port = end.Port, Protocol = "TCP" }],
            }, SliceLabels.ServiceName, StandingServices.Api, cancellationToken));
    }

    private async Task PutAsync(ResourceKind kind, IKubernetesObject<V1ObjectMeta> item, string label, string value, CancellationToken cancellationToken)
    {
        var tree = ModelJson.ToTree(item);
        (tree["apiVersion"], tree["kind"]) = (kind.ApiVersion, kind.Kind);
        AdmissionChain.Metadata(tree)["labels"] = new JsonObject { [label] = value };
        if (api.Find(kind, item.Metadata.NamespaceProperty, item.Metadata.Name) is null)
        {
            await api.CreateAsync(kind, item.Metadata.NamespaceProperty, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
            return;
        }
        // A write that changes nothing is none.
        await api.UpdateAsync(kind, item.Metadata.NamespaceProperty, item.Metadata.Name, status: false, _ => (JsonObject)tree.DeepClone(), WriteOptions.Default, cancellationToken)
            .ConfigureAwait(false);
    }

    private static ObjectKey KeyOf(V1Service service) => ObjectKey.Of(Kind, service.Metadata.NamespaceProperty, service.Metadata.Name);
}
