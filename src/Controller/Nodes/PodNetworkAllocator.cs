using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Nodes;

/// <summary>Gives each node a /24 for its pods, out of the range of its runtime. One worker: two nodes must not get the same.</summary>
internal sealed class PodNetworkAllocator(ObjectApi api, ControllerOptions options, EventRecorder events) : Reconciler
{
    private const int NodePrefix = 24;
    private static readonly ResourceKind Kind = Catalog.ForType<V1Node>();

    // What each state of a node says, read once: a fleet that joins changes one node at a time.
    private readonly ConditionalWeakTable<CachedObject, string> _networks = [];

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource];

    public override int Workers => 1;

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) => change.Type == ChangeType.Deleted ? [] : [change.Object.Key];

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1Node>() is not { } node || !string.IsNullOrEmpty(node.Spec?.PodCIDR))
        {
            return null;
        }
        var process = node.Metadata.Labels?.TryGetValue(WellKnown.RuntimeLabel, out var runtime) == true && runtime == WellKnown.ProcessRuntime;
        var taken = api.Cache.List(new(Kind.GroupResource)).Items.Select(item => _networks.GetValue(item, NetworkOf)).ToHashSet(StringComparer.Ordinal);
        if (Free(process ? options.ProcessPodNetwork : options.PodNetwork, taken) is not { } network)
        {
            await events.WarningAsync(node, "node-ipam", "CIDRNotAvailable", "All networks of the pod range are taken", cancellationToken).ConfigureAwait(false);
            return TimeSpan.FromMinutes(1);
        }
        await api.UpdateAsync(Kind, null, key.Name, status: false, current =>
        {
            if (current["spec"] is not JsonObject spec)
            {
                current["spec"] = spec = [];
            }
            spec["podCIDR"] = network;
            spec["podCIDRs"] = new JsonArray(network);
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>A node's network; empty while it has none.</summary>
    private static string NetworkOf(CachedObject node) => node.Decode<V1Node>().Spec?.PodCIDR ?? "";

    /// <summary>The first network of the range that no node has; null when there is none.</summary>
    internal static string? Free(IPNetwork range, IReadOnlySet<string> taken)
    {
        var start = BinaryPrimitives.ReadUInt32BigEndian(range.BaseAddress.GetAddressBytes());
        for (var i = 0u; i < 1u << (NodePrefix - range.PrefixLength); i++)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, start + (i << (32 - NodePrefix)));
            var network = $"{new IPAddress(bytes)}/{NodePrefix}";
            if (!taken.Contains(network))
            {
                return network;
            }
        }
        return null;
    }
}
