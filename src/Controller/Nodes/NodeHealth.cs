using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Nodes;

/// <summary>
/// Judges nodes by their leases: one that stops renewing becomes Unknown and tainted, its pods not ready; one that comes back is let in again.
/// Time is counted on our own clock from when a renewal was seen here, so that agents' clocks don't matter.
/// </summary>
internal sealed class NodeHealth(ObjectApi api, ControllerOptions options, EventRecorder events) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1Node>();
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();
    private readonly EvictionPace _pace = new(options.NodeEvictionRate, options.UnhealthyNodeThreshold, api.Time);
    private readonly ConcurrentDictionary<string, (long Revision, long Seen)> _renewals = new(StringComparer.Ordinal);

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, Catalog.ForType<V1Lease>().GroupResource];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        var key = change.Object.Key;
        if (key.Resource == Kind.GroupResource)
        {
            return [key];
        }
        return key.Namespace == WellKnown.LeaseNamespace ? [ObjectKey.Of(Kind, null, key.Name)] : [];
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1Node>() is not { } node)
        {
            _renewals.TryRemove(key.Name, out _);
            return null;
        }
        var left = options.NodeLeaseGrace - SinceRenewal(node);
        var ready = node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.Status;
        if (left <= TimeSpan.Zero && ready != "Unknown")
        {
            await MarkUnknownAsync(node, cancellationToken).ConfigureAwait(false);
            await events.NormalAsync(node, "node-controller", "NodeNotReady", $"Node {node.Metadata.Name} status is now: NodeNotReady", cancellationToken).ConfigureAwait(false);
            ready = "Unknown";
        }
        var wait = ready == "True" || NodeTaints.IsEvicting(node) ? null : AskToEvict(node);
        await SetTaintsAsync(node, ready, mayEvict: wait is null, cancellationToken).ConfigureAwait(false);
        if (ready != "True")
        {
            await MarkPodsNotReadyAsync(node.Metadata.Name, cancellationToken).ConfigureAwait(false);
        }
        return wait ?? (left > TimeSpan.Zero ? left : null);
    }

    private TimeSpan? AskToEvict(V1Node node)
    {
        var nodes = api.Cache.List(new(Kind.GroupResource)).Items.Select(item => item.Decode<V1Node>()).ToArray();
        var dark = nodes.Count(other => other.Metadata.Name == node.Metadata.Name
            || other.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) != true);
        return _pace.Ask(dark, nodes.Length);
    }

    private TimeSpan SinceRenewal(V1Node node)
    {
        var now = api.Time.GetTimestamp();
        // A node without a lease yet is counted from when it was first seen.
        var revision = api.Cache.Get(new("leases.coordination.k8s.io", WellKnown.LeaseNamespace, node.Metadata.Name))?.Revision ?? 0;
        var (_, seen) = _renewals.AddOrUpdate(node.Metadata.Name, _ => (revision, now), (_, old) => old.Revision == revision ? old : (revision, now));
        return api.Time.GetElapsedTime(seen, now);
    }

    private async Task MarkUnknownAsync(V1Node node, CancellationToken cancellationToken)
    {
        var now = Timestamp.ToSeconds(api.Time.GetUtcNow());
        await api.UpdateAsync(Kind, null, node.Metadata.Name, status: true, current =>
        {
            var status = ModelJson.Decode(current, typeof(V1Node)) is V1Node { Status: { } known } ? known : new V1NodeStatus();
            status.Conditions ??= [];
            foreach (var type in new[] { "Ready", "MemoryPressure", "DiskPressure", "PIDPressure" })
            {
                var condition = status.Conditions.FirstOrDefault(item => item.Type == type);
                if (condition is null)
                {
                    status.Conditions.Add(condition = new V1NodeCondition { Type = type });
                }
                condition.LastTransitionTime = condition.Status == "Unknown" ? condition.LastTransitionTime : now;
                condition.Status = "Unknown";
                condition.Reason = "NodeStatusUnknown";
                condition.Message = "The agent stopped renewing its lease.";
            }
            current["status"] = ModelJson.ToTree(status);
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
    }

    private async Task SetTaintsAsync(V1Node node, string? ready, bool mayEvict, CancellationToken cancellationToken)
    {
        var wanted = NodeTaints.Wanted(node, ready, Timestamp.ToSeconds(api.Time.GetUtcNow()), mayEvict);
        if (wanted is null)
        {
            return;
        }
        await api.UpdateAsync(Kind, null, node.Metadata.Name, status: false, current =>
        {
            var fresh = (V1Node)ModelJson.Decode(current, typeof(V1Node));
            var taints = NodeTaints.Wanted(fresh, ready, Timestamp.ToSeconds(api.Time.GetUtcNow()), mayEvict) ?? [.. fresh.Spec?.Taints ?? []];
            if (current["spec"] is not JsonObject spec)
            {
                current["spec"] = spec = [];
            }
            spec["taints"] = taints.Count == 0 ? null : new JsonArray([.. taints.Select(ModelJson.ToTree)]);
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
    }

    private async Task MarkPodsNotReadyAsync(string node, CancellationToken cancellationToken)
    {
        foreach (var item in api.Cache.List(new("pods") { Fields = FieldSelector.Equal("spec.nodeName", node) }).Items)
        {
            if (!PodState.IsReady(item.Decode<V1Pod>()))
            {
                continue;
            }
            await api.UpdateAsync(Pods, item.Key.Namespace, item.Key.Name, status: true, current =>
            {
                PodConditions.Set(current, "Ready", "False", WellKnown.NodeNotReadyReason, null, api.Time.GetUtcNow());
                return current;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
    }
}
