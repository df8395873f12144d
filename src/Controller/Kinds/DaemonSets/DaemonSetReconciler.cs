using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.ControllerRevisions;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Daemons;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.DaemonSets;

/// <summary>Paces updates, takes away what does not belong, sums up. The pods themselves are made by the agents.</summary>
internal sealed class DaemonSetReconciler(ObjectApi api, PodControl pods, Revisions revisions, EventRecorder events) : Reconciler
{
    private const string Component = "daemonset-controller";
    private static readonly ResourceKind Kind = Catalog.ForType<V1DaemonSet>();
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();
    private readonly FailedPodBackOff _backOff = new(api.Time);

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, "pods", "nodes"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) =>
        change.Object.Key.Resource == Kind.GroupResource ? [change.Object.Key]
        : change.Object.Key.Resource == "pods" ? PodOwners.Keys(api.Cache, change, Kind, Selector)
        : change.Type == ChangeType.Modified && change.Previous is { } before && NodeMarks.Of(before) == NodeMarks.Of(change.Object) ? []
        : api.Cache.List(new(Kind.GroupResource)).Items.Select(item => item.Key);

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1DaemonSet>() is not { } set || DaemonPods.HashOf(set) is not { } hash)
        {
            return null;
        }
        if (!await KeepHistoryAsync(set, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }
        var mine = await pods.ClaimAsync(set, set.Spec.Selector, cancellationToken).ConfigureAwait(false);
        var nodes = api.Cache.List(new("nodes")).Items.Select(item => new DaemonNode(item.Key.Name, DaemonPlacement.Judge(set.Spec.Template.Spec, item.Decode<V1Node>()))).ToArray();
        var plan = DaemonSetPlanner.Plan(set, hash, nodes, mine, pod => _backOff.Left(set.Metadata.Uid, pod.Spec.NodeName), api.Time.GetUtcNow().UtcDateTime);
        await api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, tree =>
        {
            AdmissionChain.Metadata(tree)["uid"] = set.Metadata.Uid;
            tree["status"] = ModelJson.ToTree(plan.Status);
            return tree;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        foreach (var pod in plan.Failed)
        {
            _backOff.Note(set.Metadata.Uid, pod.Spec.NodeName);
            await events.WarningAsync(set, Component, "FailedDaemonPod",
                $"Found failed daemon pod {key.Namespace}/{pod.Metadata.Name} on node {pod.Spec.NodeName}, will try to kill it", cancellationToken).ConfigureAwait(false);
        }
        await pods.DeleteAsync(set, [.. plan.Failed, .. plan.Delete], cancellationToken).ConfigureAwait(false);
        foreach (var pod in plan.Grant)
        {
            await GrantAsync(pod, hash, cancellationToken).ConfigureAwait(false);
        }
        var used = mine.Select(DaemonPods.HashOf).Append(hash).ToHashSet();
        var all = revisions.Of(set);
        await revisions.TrimAsync(all, all.Where(revision => Revisions.Template(revision) is { } template && used.Contains(DaemonPods.Hash(template)))
            .Select(revision => revision.Metadata.Name).ToHashSet(), set.Spec.RevisionHistoryLimit ?? int.MaxValue, cancellationToken).ConfigureAwait(false);
        return plan.NextLook;
    }

    /// <returns>False when the revision's name is taken: it comes again under another.</returns>
    private async Task<bool> KeepHistoryAsync(V1DaemonSet set, CancellationToken cancellationToken)
    {
        if (set.Metadata.DeletionTimestamp is not null
            || await revisions.EnsureAsync(set, set.Spec.Template, revisions.Of(set), set.Status?.CollisionCount, cancellationToken).ConfigureAwait(false) is not null)
        {
            return true;
        }
        await api.UpdateAsync(Kind, set.Metadata.NamespaceProperty, set.Metadata.Name, status: true, current =>
        {
            var status = current["status"] as JsonObject ?? [];
            status["collisionCount"] = (set.Status?.CollisionCount ?? 0) + 1;
            current["status"] = status.DeepClone();
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task GrantAsync(V1Pod pod, string hash, CancellationToken cancellationToken)
    {
        try
        {
            await api.UpdateAsync(Pods, pod.Metadata.NamespaceProperty, pod.Metadata.Name, status: false, current =>
            {
                var metadata = AdmissionChain.Metadata(current);
                metadata["uid"] = pod.Metadata.Uid;
                if (metadata["annotations"] is not JsonObject annotations)
                {
                    metadata["annotations"] = annotations = [];
                }
                annotations[WellKnown.SurgeGrant] = hash;
                return current;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason is StatusReason.NotFound or StatusReason.Conflict)
        {
            // Gone; its successor needs no grant.
        }
    }

    private static LabelSelector Selector(CachedObject item) => LabelSelector.From(item.Decode<V1DaemonSet>().Spec.Selector);
}
