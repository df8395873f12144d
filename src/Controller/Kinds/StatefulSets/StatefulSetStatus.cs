using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;

namespace Orchestrator.Controller.Kinds.StatefulSets;

/// <summary>Status of a StatefulSet from its pods. Pure.</summary>
internal static class StatefulSetStatus
{
    public static V1StatefulSetStatus Of(V1StatefulSet set, StatefulSetRevisions revisions, IReadOnlyDictionary<int, V1Pod> pods, DateTime now, out TimeSpan? next)
    {
        var (start, replicas) = (set.Spec.Ordinals?.Start ?? 0, set.Spec.Replicas ?? 1);
        var alive = pods.Values.Where(PodState.IsActive).ToArray();
        var waits = alive.Select(pod => PodState.UntilAvailable(pod, set.Spec.MinReadySeconds ?? 0, now)).ToArray();
        next = waits.Where(wait => wait > TimeSpan.Zero).Min();
        var updated = alive.Count(pod => StatefulSetPods.Revision(pod) == revisions.Update);
        var current = alive.Count(pod => StatefulSetPods.Revision(pod) == revisions.Current);
        var ready = waits.Count(wait => wait is not null);
        // The rollout is over when every wanted pod, and no other, is of the new revision and ready.
        var complete = updated == replicas && ready == replicas && pods.Count == replicas
            && Enumerable.Range(start, replicas).All(pods.ContainsKey);
        return new()
        {
            ObservedGeneration = set.Metadata.Generation,
            Replicas = alive.Length,
            ReadyReplicas = Count(ready),
            AvailableReplicas = waits.Count(wait => wait <= TimeSpan.Zero),
            UpdatedReplicas = Count(updated),
            CurrentReplicas = Count(complete ? updated : current),
            CurrentRevision = complete ? revisions.Update : revisions.Current,
            UpdateRevision = revisions.Update,
            CollisionCount = set.Status?.CollisionCount ?? 0,
            Conditions = set.Status?.Conditions,
        };
    }

    /// <summary>Zero is left out on the wire, as Kubernetes has it.</summary>
    private static int? Count(int number) => number == 0 ? null : number;
}
