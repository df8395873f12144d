using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.ReplicaSets;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ReplicationControllers;

/// <summary>A ReplicationController is a ReplicaSet with a simpler selector, and is planned as one.</summary>
internal sealed class ReplicationControllerReconciler(ObjectApi api, PodControl pods) : Reconciler
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1ReplicationController>();

    public override IReadOnlyList<string> Sources { get; } = [Kind.GroupResource, "pods"];

    public override IEnumerable<ObjectKey> KeysOf(CachedEvent change) =>
        change.Object.Key.Resource == Kind.GroupResource ? [change.Object.Key] : PodOwners.Keys(api.Cache, change, Kind,
            item => LabelSelector.FromLabels(item.Decode<V1ReplicationController>().Spec.Selector));

    public override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (api.Cache.Get(key)?.Decode<V1ReplicationController>() is not { } controller)
        {
            return null;
        }
        var set = AsSet(controller);
        var plan = ReplicaSetPlanner.Plan(set, await pods.ClaimAsync(controller, set.Spec.Selector, cancellationToken).ConfigureAwait(false), Now);
        await pods.DeleteAsync(controller, plan.Delete, cancellationToken).ConfigureAwait(false);
        await pods.CreateAsync(controller, controller.Spec.Template, plan.Create, cancellationToken).ConfigureAwait(false);
        if (plan.Create > 0 || plan.Delete.Length > 0)
        {
            // What was just written is in the cache: the status is told of the pods as they are now.
            plan = ReplicaSetPlanner.Plan(set, await pods.ClaimAsync(controller, set.Spec.Selector, cancellationToken).ConfigureAwait(false), Now);
        }
        await api.UpdateAsync(Kind, key.Namespace, key.Name, status: true, current =>
        {
            current["status"] = ModelJson.ToTree(AsStatus(plan.Status, controller));
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        return plan.NextLook;
    }

    private DateTime Now => api.Time.GetUtcNow().UtcDateTime;

    private static V1ReplicaSet AsSet(V1ReplicationController controller) => new()
    {
        Metadata = controller.Metadata,
        Spec = new()
        {
            Replicas = controller.Spec.Replicas,
            MinReadySeconds = controller.Spec.MinReadySeconds,
            Selector = new() { MatchLabels = controller.Spec.Selector },
            Template = controller.Spec.Template,
        },
    };

    private static V1ReplicationControllerStatus AsStatus(V1ReplicaSetStatus status, V1ReplicationController controller) => new()
    {
        Replicas = status.Replicas,
        FullyLabeledReplicas = status.FullyLabeledReplicas,
        ReadyReplicas = status.ReadyReplicas,
        AvailableReplicas = status.AvailableReplicas,
        ObservedGeneration = status.ObservedGeneration,
        Conditions = controller.Status?.Conditions,
    };
}
