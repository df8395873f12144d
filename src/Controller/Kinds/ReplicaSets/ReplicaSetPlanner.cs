using System.Globalization;
using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.ReplicaSets;

/// <summary>From a ReplicaSet and its pods to what is to be done. Pure.</summary>
internal static class ReplicaSetPlanner
{
    private const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";

    public static ReplicaSetPlan Plan(V1ReplicaSet set, IReadOnlyCollection<V1Pod> pods, DateTime now)
    {
        var active = pods.Where(PodState.IsActive).ToArray();
        var wanted = set.Metadata.DeletionTimestamp is null ? set.Spec.Replicas ?? 1 : active.Length;
        var surplus = active.Length - wanted;
        var minReady = set.Spec.MinReadySeconds ?? 0;
        var waits = active.Select(pod => PodState.UntilAvailable(pod, minReady, now)).ToArray();
        var labels = set.Spec.Template.Metadata?.Labels;
        var status = new V1ReplicaSetStatus
        {
            Replicas = active.Length,
            FullyLabeledReplicas = Count(active.Count(pod => HasAll(pod.Metadata.Labels, labels))),
            ReadyReplicas = Count(waits.Count(wait => wait is not null)),
            AvailableReplicas = Count(waits.Count(wait => wait <= TimeSpan.Zero)),
            ObservedGeneration = set.Metadata.Generation,
            Conditions = set.Status?.Conditions,
        };
        var next = waits.Where(wait => wait > TimeSpan.Zero).Min();
        return new(
            Math.Max(0, -surplus),
            surplus > 0 ? [.. active.Order(Comparer<V1Pod>.Create((left, right) => Value(left, right, active))).Take(surplus)] : [],
            status, next);
    }

    /// <summary>
    /// Which of two pods goes first, by Kubernetes' documented order: unplaced, pending, not ready, lower deletion cost, on a node with more
    /// of its kin, ready for less time, more restarts, younger.
    /// </summary>
    private static int Value(V1Pod left, V1Pod right, V1Pod[] all)
    {
        int Kin(V1Pod pod) => all.Count(other => other.Spec.NodeName == pod.Spec.NodeName);
        return First(
            Flag(string.IsNullOrEmpty(right.Spec.NodeName)).CompareTo(Flag(string.IsNullOrEmpty(left.Spec.NodeName))),
            Phase(left).CompareTo(Phase(right)),
            Flag(PodState.IsReady(left)).CompareTo(Flag(PodState.IsReady(right))),
            Cost(left).CompareTo(Cost(right)),
            Kin(right).CompareTo(Kin(left)),
            Later(left, right, PodState.ReadySince),
            Restarts(right).CompareTo(Restarts(left)),
            Later(left, right, pod => pod.Metadata.CreationTimestamp),
            string.CompareOrdinal(left.Metadata.Name, right.Metadata.Name));
    }

    private static int First(params ReadOnlySpan<int> orders)
    {
        foreach (var order in orders)
        {
            if (order != 0)
            {
                return order;
            }
        }
        return 0;
    }

    private static int Flag(bool value) => value ? 1 : 0;

    private static int Phase(V1Pod pod) => pod.Status?.Phase switch
    {
        "Running" => 2,
        "Pending" or null => 0,
        _ => 1,
    };

    private static int Cost(V1Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(DeletionCost, out var text) == true
        && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost) ? cost : 0;

    private static int Restarts(V1Pod pod) => (pod.Status?.ContainerStatuses ?? []).Select(container => container.RestartCount).DefaultIfEmpty(0).Max();

    private static int Later(V1Pod left, V1Pod right, Func<V1Pod, DateTime?> when) =>
        when(left) is { } one && when(right) is { } other ? other.CompareTo(one) : 0;

    private static bool HasAll(IDictionary<string, string>? labels, IDictionary<string, string>? wanted) =>
        wanted is null || wanted.All(label => labels?.TryGetValue(label.Key, out var value) == true && value == label.Value);

    /// <summary>Zero is left out on the wire, as Kubernetes has it.</summary>
    private static int? Count(int number) => number == 0 ? null : number;
}
