using k8s.Models;

namespace Orchestrator.Agent.Pods;

internal static class StatusMemory
{
    private static readonly string[] Own = ["PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready"];

    /// <summary>
    /// The pod with the status that this node showed last, which the API may not have yet, and the conditions that others keep there.
    /// The object that came from the API is not touched.
    /// </summary>
    public static V1Pod Apply(V1Pod pod, V1PodStatus? shown)
    {
        if (shown is null)
        {
            return pod;
        }
        var others = (pod.Status?.Conditions ?? []).Where(condition => !Own.Contains(condition.Type));
        return new()
        {
            ApiVersion = pod.ApiVersion,
            Kind = pod.Kind,
            Metadata = pod.Metadata,
            Spec = pod.Spec,
            Status = new()
            {
                Phase = shown.Phase,
                Reason = shown.Reason,
                Message = shown.Message,
                StartTime = shown.StartTime,
                QosClass = shown.QosClass,
                HostIP = shown.HostIP,
                HostIPs = shown.HostIPs,
                PodIP = shown.PodIP,
                PodIPs = shown.PodIPs,
                InitContainerStatuses = shown.InitContainerStatuses,
                ContainerStatuses = shown.ContainerStatuses,
                Conditions = [.. others, .. shown.Conditions ?? []],
            },
        };
    }
}
