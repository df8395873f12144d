using k8s.Models;
using Orchestrator.Agent.Nodes.Eviction;
using Orchestrator.Model;

namespace Orchestrator.Agent.Nodes;

/// <summary>What the node's conditions are judged by.</summary>
/// <param name="NotReadyReason">Why it cannot take pods, or null.</param>
/// <param name="NetworkProblem">Why its pods may not be reached, or null.</param>
internal sealed record NodeHealth(string? NotReadyReason, string? NotReadyMessage, NodePressure Pressure, DateTimeOffset Now, string? NetworkProblem = null);

internal static class NodeConditions
{
    public static List<V1NodeCondition> Build(NodeHealth health, IList<V1NodeCondition>? before)
    {
        return
        [
            Pressure("MemoryPressure", health.Pressure.Memory,
                ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
                ("KubeletHasSufficientMemory", "kubelet has sufficient memory available")),
            Pressure("DiskPressure", health.Pressure.Disk,
                ("KubeletHasDiskPressure", "kubelet has disk pressure"),
                ("KubeletHasNoDiskPressure", "kubelet has no disk pressure")),
            Pressure("PIDPressure", health.Pressure.Pids,
                ("KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
                ("KubeletHasSufficientPID", "kubelet has sufficient PID available")),
            .. Network(),
            health.NotReadyReason is { } reason
                ? Condition("Ready", "False", reason, health.NotReadyMessage)
                : Condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ];

        // Said where it is so, and where it was so.
        V1NodeCondition[] Network() => health.NetworkProblem is { } problem ? [Condition("NetworkUnavailable", "True", "PodCIDROverlaps", problem)]
            : before?.Any(condition => condition.Type == "NetworkUnavailable") == true ? [Condition("NetworkUnavailable", "False", "PodCIDRIsFree", "the pods' addresses are nobody else's here")]
            : [];

        V1NodeCondition Pressure(string type, bool holds, (string Reason, string Message) yes, (string Reason, string Message) no) =>
            holds ? Condition(type, "True", yes.Reason, yes.Message) : Condition(type, "False", no.Reason, no.Message);

        V1NodeCondition Condition(string type, string status, string reason, string? message)
        {
            var earlier = before?.FirstOrDefault(condition => condition.Type == type);
            return new()
            {
                Type = type,
                Status = status,
                Reason = reason,
                Message = message,
                LastHeartbeatTime = Timestamp.ToSeconds(health.Now),
                LastTransitionTime = earlier?.Status == status ? earlier.LastTransitionTime : Timestamp.ToSeconds(health.Now),
            };
        }
    }

    /// <summary>Whether anything but the time of asking differs.</summary>
    public static bool Differ(IList<V1NodeCondition>? one, IList<V1NodeCondition> other) => one is null
        || other.Any(condition => one.FirstOrDefault(c => c.Type == condition.Type) is not { } before
            || (before.Status, before.Reason, before.Message) != (condition.Status, condition.Reason, condition.Message));
}
