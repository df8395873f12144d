using k8s.Models;
using Orchestrator.Agent.Pods.Planning;

namespace Orchestrator.Agent.Pods;

/// <summary>Pods that have to go for their node's sake.</summary>
internal static class PodEviction
{
    public const string Reason = "Evicted";

    /// <summary>The kubelet's: when the node is short, there is no time to end well.</summary>
    public static readonly TimeSpan Immediate = TimeSpan.FromSeconds(1);

    /// <summary>An eviction that an earlier run of the agent began, and told, goes on.</summary>
    public static PodStop? Resume(V1Pod pod, DateTimeOffset now) =>
        pod.Status is { Reason: Reason, Phase: not (PodPhase.Failed or PodPhase.Succeeded) }
            ? new(StopCause.Failed, now + Immediate, Reason, pod.Status.Message)
            : null;
}
