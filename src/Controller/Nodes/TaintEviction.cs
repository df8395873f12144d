using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Scheduling;

namespace Orchestrator.Controller.Nodes;

/// <summary>Deletes pods that don't tolerate their node's NoExecute taints, when their time there is over; and pods whose node is gone.</summary>
internal sealed class TaintEviction(ObjectApi api, Deletion deletion, EventRecorder events) : Reconciler
{
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();
    /// <summary>How long a pod may name a node that doesn't exist. Source: Kubernetes' pod garbage collector.</summary>
    private static readonly TimeSpan MissingNodeGrace = TimeSpan.FromSeconds(40);

    public override IReadOnlyList<string> Sources { get; } = ["nodes", "pods"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change)
    {
        if (change.Object.Key.Resource == "pods")
        {
            // Only a pod that has just got its node can be on the wrong one by its own doing.
            return change.Type == ChangeType.Added || (change.Previous is { } before && Node(before) != Node(change.Object)) ? [change.Object.Key] : [];
        }
        return api.Cache.List(new("pods") { Fields = FieldSelector.Equal("spec.nodeName", change.Object.Key.Name) }).Items.Select(pod => pod.Key);
    }

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1Pod>() is not { } pod || string.IsNullOrEmpty(pod.Spec.NodeName))
        {
            return null;
        }
        if (api.Find<V1Node>(null, pod.Spec.NodeName) is not { } node)
        {
            // Nobody is left to end it properly; but a pod may be declared a moment before its node.
            var quarantine = (pod.Metadata.CreationTimestamp ?? default).ToUniversalTime() + MissingNodeGrace - api.Time.GetUtcNow().UtcDateTime;
            if (quarantine > TimeSpan.Zero)
            {
                return quarantine;
            }
            await DeleteAsync(pod, graceSeconds: 0, cancellationToken).ConfigureAwait(false);
            return null;
        }
        var taints = (node.Spec?.Taints ?? []).Where(taint => taint.Effect == "NoExecute").ToArray();
        if (pod.Metadata.DeletionTimestamp is not null || Tolerations.MayStay(pod.Spec.Tolerations, taints) is not { } stay)
        {
            return null;
        }
        var since = taints.Select(taint => taint.TimeAdded).Where(time => time is not null).DefaultIfEmpty(api.Time.GetUtcNow().UtcDateTime).Min()!.Value; // Never empty.
        var left = since.ToUniversalTime() + stay - api.Time.GetUtcNow().UtcDateTime;
        if (left > TimeSpan.Zero)
        {
            return left;
        }
        await events.NormalAsync(pod, "taint-eviction-controller", "TaintManagerEviction", $"Marking for deletion Pod {key.Namespace}/{key.Name}", cancellationToken).ConfigureAwait(false);
        await DeleteAsync(pod, graceSeconds: null, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task DeleteAsync(V1Pod pod, long? graceSeconds, CancellationToken cancellationToken)
    {
        try
        {
            await deletion.DeleteAsync(Pods, pod.Metadata.NamespaceProperty, pod.Metadata.Name,
                new() { Uid = pod.Metadata.Uid, GracePeriodSeconds = graceSeconds }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason is StatusReason.NotFound or StatusReason.Conflict)
        {
            // Gone already.
        }
    }

    private static string Node(CachedObject pod) => pod.Encoded.FieldValues[Pods.SelectableFields.IndexOf("spec.nodeName")];
}
