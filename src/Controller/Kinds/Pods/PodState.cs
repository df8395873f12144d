using k8s.Models;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>What the workload kinds ask of a pod.</summary>
internal static class PodState
{
    /// <summary>Counts as a replica: neither done nor on its way out.</summary>
    public static bool IsActive(V1Pod pod) => pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase is not ("Succeeded" or "Failed");

    public static bool IsReady(V1Pod pod) => ReadyCondition(pod)?.Status == "True";

    public static DateTime? ReadySince(V1Pod pod) => ReadyCondition(pod) is { Status: "True" } condition ? condition.LastTransitionTime : null;

    /// <summary>Null when the pod is not ready; else how long it still has to be ready to be available (zero or less: it is).</summary>
    public static TimeSpan? UntilAvailable(V1Pod pod, int minReadySeconds, DateTime now) =>
        !IsReady(pod) ? null
        : minReadySeconds == 0 || ReadySince(pod) is not { } since ? TimeSpan.Zero
        : since.ToUniversalTime() + TimeSpan.FromSeconds(minReadySeconds) - now;

    public static V1OwnerReference? Controller(V1ObjectMeta metadata) => metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller == true);

    private static V1PodCondition? ReadyCondition(V1Pod pod) => pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready");
}
