using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Planning;

/// <summary>The conditions that the node owns; those of others (PodScheduled, readiness gates) stay as they are.</summary>
internal static class PodConditions
{
    public static List<V1PodCondition> Build(PodFacts facts, string phase, IList<V1ContainerStatus> statuses)
    {
        var containersReady = ContainersReady(facts, phase, statuses);
        IEnumerable<V1PodCondition> disrupted = facts.Stop?.Reason == PodEviction.Reason
            ? [Condition(facts, "DisruptionTarget", true, ("TerminationByKubelet", facts.Stop.Message))]
            : [];
        return
        [
            .. disrupted,
            Condition(facts, "PodReadyToStartContainers", facts.Sandbox is { Ready: true }, facts.Unsupported.Count > 0
                ? ("UnsupportedByRuntime", string.Join("; ", facts.Unsupported))
                : facts.SandboxFailure is { } failure ? (failure.Reason, failure.Message) : default),
            Condition(facts, "Initialized", phase == PodPhase.Succeeded || InitContainers.AllDone(facts), phase == PodPhase.Succeeded
                ? ("PodCompleted", null)
                : InitContainers.AllDone(facts) ? default : ("ContainersNotInitialized", $"containers with incomplete status: [{Incomplete(facts)}]")),
            Condition(facts, "ContainersReady", containersReady.Is, containersReady.Why),
            Ready(facts, containersReady),
        ];
    }

    private static (bool Is, (string? Reason, string? Message) Why) ContainersReady(PodFacts facts, string phase, IList<V1ContainerStatus> statuses)
    {
        if (phase == PodPhase.Succeeded)
        {
            return (false, ("PodCompleted", null));
        }
        if (phase == PodPhase.Failed)
        {
            return (false, ("PodFailed", null));
        }
        var unready = statuses.Where(status => !status.Ready).Select(status => status.Name).ToList();
        return unready.Count == 0 && facts.MayBeReady
            ? (true, default)
            : (false, ("ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]"));
    }

    private static V1PodCondition Ready(PodFacts facts, (bool Is, (string? Reason, string? Message) Why) containers)
    {
        if (!containers.Is)
        {
            return Condition(facts, "Ready", false, containers.Why);
        }
        foreach (var gate in facts.Pod.Spec.ReadinessGates ?? [])
        {
            if (Reported(facts, gate.ConditionType)?.Status != "True")
            {
                return Condition(facts, "Ready", false,
                    ("ReadinessGatesNotReady", $"corresponding condition of pod readiness gate \"{gate.ConditionType}\" is not True."));
            }
        }
        return Condition(facts, "Ready", true, default);
    }

    private static V1PodCondition Condition(PodFacts facts, string type, bool holds, (string? Reason, string? Message) why)
    {
        var reported = Reported(facts, type);
        var status = holds ? "True" : "False";
        return new()
        {
            Type = type,
            Status = status,
            Reason = why.Reason,
            Message = why.Message,
            LastTransitionTime = reported?.Status == status ? reported.LastTransitionTime : Timestamp.ToSeconds(facts.Now),
        };
    }

    private static V1PodCondition? Reported(PodFacts facts, string type) =>
        facts.Pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    private static string Incomplete(PodFacts facts) => string.Join(' ',
        (facts.Pod.Spec.InitContainers ?? []).Where(container => !InitContainers.IsDone(facts, container)).Select(container => container.Name));
}
