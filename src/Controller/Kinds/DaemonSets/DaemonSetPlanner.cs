using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;

namespace Orchestrator.Controller.Kinds.DaemonSets;

/// <summary>
/// The controller's part in a DaemonSet: which pods go, and when. Making them is the agents' part. Pure. Source: Kubernetes documentation,
/// "DaemonSet" and "Perform a Rolling Update on a DaemonSet".
/// </summary>
internal static class DaemonSetPlanner
{
    /// <param name="set">The DaemonSet.</param>
    /// <param name="hash">Hash of its template.</param>
    /// <param name="nodes">Every node.</param>
    /// <param name="pods">Its pods.</param>
    /// <param name="untilRetry">How long an ended pod is left where it is.</param>
    /// <param name="now">Now.</param>
    public static DaemonSetPlan Plan(V1DaemonSet set, string hash, IReadOnlyCollection<DaemonNode> nodes, IReadOnlyCollection<V1Pod> pods, Func<V1Pod, TimeSpan> untilRetry, DateTime now)
    {
        bool IsAvailable(V1Pod pod) => DaemonSetPlanner.IsAvailable(set, pod, now);
        var byNode = pods.ToLookup(pod => pod.Spec.NodeName ?? "");
        var views = nodes.Select(node => DaemonNodePods.Of(node.Fit, byNode[node.Name], hash, IsAvailable)).ToArray();
        var waits = pods.Where(PodState.IsActive).Select(pod => PodState.UntilAvailable(pod, set.Spec.MinReadySeconds ?? 0, now)).Where(wait => wait > TimeSpan.Zero).ToList();
        var (delete, failed, grant) = (new List<V1Pod>(), new List<V1Pod>(), new List<V1Pod>());
        if (set.Metadata.DeletionTimestamp is null)
        {
            foreach (var view in views)
            {
                Tidy(view, IsAvailable, delete);
                foreach (var pod in view.Ended)
                {
                    var wait = view.Fit.MayStay ? untilRetry(pod) : TimeSpan.Zero;
                    (wait > TimeSpan.Zero ? null : failed)?.Add(pod);
                    waits.Add(wait > TimeSpan.Zero ? wait : null);
                }
            }
            if (set.Spec.UpdateStrategy.Type == DaemonSetRules.RollingUpdate)
            {
                Roll(set.Spec.UpdateStrategy.RollingUpdate, [.. views.Where(view => view.Fit.MayStay)], hash, IsAvailable, delete, grant);
            }
        }
        return new([.. delete], [.. failed], [.. grant], DaemonSetStatus.Of(set, views, IsAvailable), waits.Min());
    }

    /// <summary>Ready, and that for long enough.</summary>
    public static bool IsAvailable(V1DaemonSet set, V1Pod pod, DateTime now) =>
        PodState.IsActive(pod) && PodState.UntilAvailable(pod, set.Spec.MinReadySeconds ?? 0, now) <= TimeSpan.Zero;

    /// <summary>A node that is no longer of the set loses its pods; a node has one pod, but for the old that waits for the new.</summary>
    private static void Tidy(DaemonNodePods view, Func<V1Pod, bool> isAvailable, List<V1Pod> delete)
    {
        if (!view.Fit.MayStay)
        {
            delete.AddRange([.. view.Kept, .. view.Surplus]);
            return;
        }
        delete.AddRange(view.Surplus);
        if (view is { Old: { } old, New: { } successor } && (isAvailable(successor) || !isAvailable(old)))
        {
            delete.Add(old);
        }
    }

    private static void Roll(V1RollingUpdateDaemonSet rolling, DaemonNodePods[] views, string hash, Func<V1Pod, bool> isAvailable, List<V1Pod> delete, List<V1Pod> grant)
    {
        var desired = views.Count(view => view.Fit.ShouldRun);
        var surge = PodShare.Of(rolling.MaxSurge, desired, roundUp: true);
        var outdated = views.Where(view => view is { Old: not null, New: null }).ToArray();
        if (surge > 0)
        {
            // An old pod that does not serve anyway needs no room.
            var under = views.Count(view => view.Old is { } old && isAvailable(old) && (view.New is not null || view.IsGranted(hash)));
            foreach (var view in outdated.Where(view => !view.IsGranted(hash)))
            {
                if (!view.Fit.ShouldRun)
                {
                    continue;
                }
                if (!isAvailable(view.Old!)) // Filtered to be there.
                {
                    grant.Add(view.Old!);
                }
                else if (under < surge)
                {
                    grant.Add(view.Old!);
                    under++;
                }
            }
            return;
        }
        var most = Math.Max(1, PodShare.Of(rolling.MaxUnavailable, desired, roundUp: true));
        var down = views.Count(view => view.Fit.ShouldRun && !view.Kept.Any(isAvailable));
        foreach (var view in outdated)
        {
            if (!isAvailable(view.Old!)) // Filtered to be there.
            {
                // It is down already: replacing it costs nothing, and may mend it.
                delete.Add(view.Old!);
            }
            else if (down < most)
            {
                delete.Add(view.Old!);
                down++;
            }
        }
    }
}
