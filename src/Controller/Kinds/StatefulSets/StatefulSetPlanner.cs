using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;

namespace Orchestrator.Controller.Kinds.StatefulSets;

/// <summary>From a StatefulSet and its pods to the next step. Pure. Source: Kubernetes documentation, "StatefulSets".</summary>
internal static class StatefulSetPlanner
{
    public static StatefulSetPlan Plan(V1StatefulSet set, StatefulSetRevisions revisions, IReadOnlyCollection<V1Pod> pods, DateTime now)
    {
        var (start, replicas) = (set.Spec.Ordinals?.Start ?? 0, set.Spec.Replicas ?? 1);
        var byOrdinal = pods.Select(pod => (Ordinal: StatefulSetPods.Ordinal(set, pod.Metadata.Name), Pod: pod)).Where(item => item.Ordinal is not null)
            .ToDictionary(item => item.Ordinal!.Value, item => item.Pod); // Filtered to be there; names are unique.
        var status = StatefulSetStatus.Of(set, revisions, byOrdinal, now, out var next);
        var create = new List<(int, string)>();
        var delete = new List<V1Pod>();
        if (set.Metadata.DeletionTimestamp is null)
        {
            var settled = Fill(set, revisions, byOrdinal, start, replicas, now, create, delete)
                && Shrink(set, byOrdinal, start, replicas, delete);
            if (settled && set.Spec.UpdateStrategy.Type == StatefulSetRules.RollingUpdate)
            {
                Roll(set, revisions, byOrdinal, start, replicas, now, delete);
            }
        }
        return new([.. create], [.. delete], status, next);
    }

    /// <summary>Running, ready, and that for long enough.</summary>
    public static bool IsAvailable(V1StatefulSet set, V1Pod pod, DateTime now) =>
        PodState.IsActive(pod) && PodState.UntilAvailable(pod, set.Spec.MinReadySeconds ?? 0, now) <= TimeSpan.Zero;

    /// <summary>Every wanted ordinal gets its pod, upwards; ordered, each waits for all before it. False when a later step has to wait.</summary>
    private static bool Fill(V1StatefulSet set, StatefulSetRevisions revisions, Dictionary<int, V1Pod> pods, int start, int replicas, DateTime now,
        List<(int, string)> create, List<V1Pod> delete)
    {
        var ordered = set.Spec.PodManagementPolicy != StatefulSetRules.Parallel;
        for (var ordinal = start; ordinal < start + replicas; ordinal++)
        {
            if (!pods.TryGetValue(ordinal, out var pod))
            {
                create.Add((ordinal, RevisionOf(set, revisions, ordinal, start)));
            }
            else if (pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase is "Succeeded" or "Failed")
            {
                // It has ended and is to run: it goes, and its successor comes when the name is free.
                delete.Add(pod);
            }
            else if (IsAvailable(set, pod, now))
            {
                continue;
            }
            if (ordered)
            {
                // A pod that is on its way out holds its identity until it is gone, be its node lost or not.
                return false;
            }
        }
        return true;
    }

    /// <summary>Pods beyond the wanted go, downwards; ordered, each waits until all after it are gone. False when a later step has to wait.</summary>
    private static bool Shrink(V1StatefulSet set, Dictionary<int, V1Pod> pods, int start, int replicas, List<V1Pod> delete)
    {
        var ordered = set.Spec.PodManagementPolicy != StatefulSetRules.Parallel;
        foreach (var pod in pods.Where(item => item.Key < start || item.Key >= start + replicas).OrderByDescending(item => item.Key).Select(item => item.Value))
        {
            if (pod.Metadata.DeletionTimestamp is null)
            {
                delete.Add(pod);
            }
            if (ordered)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Pods of another revision go, downwards from the last to the partition, never more than maxUnavailable being down.</summary>
    private static void Roll(V1StatefulSet set, StatefulSetRevisions revisions, Dictionary<int, V1Pod> pods, int start, int replicas, DateTime now, List<V1Pod> delete)
    {
        var rolling = set.Spec.UpdateStrategy.RollingUpdate;
        var most = rolling?.MaxUnavailable is { } share ? Math.Max(1, PodShare.Of(share, replicas, roundUp: true)) : 1;
        var down = Enumerable.Range(start, replicas).Count(ordinal => !pods.TryGetValue(ordinal, out var pod) || !IsAvailable(set, pod, now));
        // The partition is an ordinal itself, not a number of pods.
        for (var ordinal = start + replicas - 1; ordinal >= Math.Max(start, rolling?.Partition ?? 0); ordinal--)
        {
            if (!pods.TryGetValue(ordinal, out var pod) || pod.Metadata.DeletionTimestamp is not null || StatefulSetPods.Revision(pod) == revisions.Update || delete.Contains(pod))
            {
                continue;
            }
            if (!IsAvailable(set, pod, now))
            {
                // It is down already: replacing it costs nothing, and may mend it.
                delete.Add(pod);
            }
            else if (down < most)
            {
                delete.Add(pod);
                down++;
            }
        }
    }

    /// <summary>A pod below the partition comes back as it was.</summary>
    private static string RevisionOf(V1StatefulSet set, StatefulSetRevisions revisions, int ordinal, int start) =>
        set.Spec.UpdateStrategy.Type == StatefulSetRules.RollingUpdate && ordinal < Math.Max(start, set.Spec.UpdateStrategy.RollingUpdate?.Partition ?? 0)
            ? revisions.Current : revisions.Update;
}
