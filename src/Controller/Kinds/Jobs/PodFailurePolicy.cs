using k8s.Models;

namespace Orchestrator.Controller.Kinds.Jobs;

internal enum FailureAction
{
    /// <summary>Counts towards the back-off limit.</summary>
    Count,
    /// <summary>Doesn't count; the pod is replaced.</summary>
    Ignore,
    /// <summary>The pod's index fails and is not tried again.</summary>
    FailIndex,
    /// <summary>The job fails.</summary>
    FailJob,
}

/// <summary>What a pod's failure means for its job: the first rule that it meets decides. Pure. Source: Kubernetes documentation, "Pod failure policy".</summary>
internal static class PodFailurePolicy
{
    public static (FailureAction Action, string? Message) Judge(V1PodFailurePolicy? policy, V1Pod pod)
    {
        for (var i = 0; i < (policy?.Rules?.Count ?? 0); i++)
        {
            var rule = policy!.Rules[i]; // Counted above.
            if (Matched(rule, i, pod) is { } message)
            {
                return (Enum.TryParse<FailureAction>(rule.Action, out var action) ? action : FailureAction.Count, message);
            }
        }
        return (FailureAction.Count, null);
    }

    private static string? Matched(V1PodFailurePolicyRule rule, int index, V1Pod pod)
    {
        var name = $"{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}";
        if (rule.OnExitCodes is { } codes)
        {
            var container = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(status =>
                status.State?.Terminated is { ExitCode: not 0 } ended && (string.IsNullOrEmpty(codes.ContainerName) || codes.ContainerName == status.Name)
                && codes.Values.Contains(ended.ExitCode) == (codes.OperatorProperty == "In"));
            return container is null ? null
                : $"Container {container.Name} for pod {name} failed with exit code {container.State.Terminated.ExitCode} matching {rule.Action} rule at index {index}";
        }
        var condition = (rule.OnPodConditions ?? []).FirstOrDefault(pattern => pod.Status?.Conditions?.Any(item =>
            item.Type == pattern.Type && item.Status == (string.IsNullOrEmpty(pattern.Status) ? "True" : pattern.Status)) == true);
        return condition is null ? null : $"Pod {name} has condition {condition.Type} matching {rule.Action} rule at index {index}";
    }
}
