using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Planning;

internal static class ContainerStatusBuilder
{
    public static V1ContainerStatus Build(PodFacts facts, V1Container container, bool isInit, V1ContainerStateWaiting? wait)
    {
        var reported = Reported(facts, container, isInit);
        var latest = facts.Latest(container.Name);
        var memory = facts.MemoryOf(container.Name);
        var waiting = Waiting(facts, container, isInit, latest, memory, wait);
        // A start that is under way and shows no container yet leaves the last end standing, as it was.
        var ended = latest is { State: ContainerState.Exited } ? latest : null;
        var running = waiting is null && latest is { State: ContainerState.Running };
        return new()
        {
            Name = container.Name,
            Image = latest?.Image ?? container.Image,
            ImageID = latest?.ImageId ?? reported?.ImageID ?? "",
            ContainerID = latest is null ? reported?.ContainerID : $"{facts.Runtime}://{latest.Id}",
            RestartCount = latest?.Attempt ?? reported?.RestartCount ?? 0,
            State = waiting is not null ? new() { Waiting = waiting }
                : running ? new() { Running = new() { StartedAt = Seconds(latest?.StartedAt) } }
                : ended is not null ? new() { Terminated = Terminated(facts, ended) }
                : reported?.State ?? new() { Waiting = new() { Reason = "ContainerCreating" } },
            LastState = Last(facts, container, waiting is not null ? ended : null, reported),
            Ready = isInit && !InitContainers.IsSidecar(container) ? ended?.ExitCode == 0 : running && memory.Ready && facts.MayBeReady,
            Started = isInit && !InitContainers.IsSidecar(container) ? running : running && memory.Started,
        };
    }

    private static V1ContainerStateWaiting? Waiting(
        PodFacts facts, V1Container container, bool isInit, ContainerObservation? latest, ContainerMemory memory, V1ContainerStateWaiting? wait)
    {
        if (wait is not null)
        {
            return wait;
        }
        if (facts.Unsupported.Count > 0 && latest is null)
        {
            return new() { Reason = "CreateContainerConfigError", Message = string.Join("; ", facts.Unsupported) };
        }
        // A container counts as running when its start is through, its postStart hook included.
        var starting = latest is { State: ContainerState.Running } && memory.Operation == ContainerOperation.Starting;
        if (latest is null or { State: ContainerState.Created } || starting)
        {
            var reported = Reported(facts, container, isInit);
            if (latest is null && reported?.State?.Terminated is not null)
            {
                return null;
            }
            var initPending = !isInit && facts.Pod.Spec.InitContainers is { Count: > 0 } && !InitContainers.AllDone(facts);
            return new() { Reason = initPending || (isInit && facts.Sandbox is { Ready: true }) ? "PodInitializing" : "ContainerCreating" };
        }
        return null;
    }

    private static V1ContainerState? Last(PodFacts facts, V1Container container, ContainerObservation? waitingAfter, V1ContainerStatus? reported)
    {
        var last = waitingAfter ?? facts.Previous(container.Name);
        return last is { State: ContainerState.Exited } ? new() { Terminated = Terminated(facts, last) }
            : facts.Latest(container.Name) is null ? reported?.LastState
            : new();
    }

    private static V1ContainerStateTerminated Terminated(PodFacts facts, ContainerObservation ended) => new()
    {
        ExitCode = ended.ExitCode ?? 0,
        Reason = ended.Reason ?? (ended.ExitCode == 0 ? "Completed" : "Error"),
        Message = facts.TerminationMessages.GetValueOrDefault(ended.Id) ?? ended.Message,
        StartedAt = Seconds(ended.StartedAt),
        FinishedAt = Seconds(ended.FinishedAt),
        ContainerID = $"{facts.Runtime}://{ended.Id}",
    };

    private static V1ContainerStatus? Reported(PodFacts facts, V1Container container, bool isInit) =>
        (isInit ? facts.Pod.Status?.InitContainerStatuses : facts.Pod.Status?.ContainerStatuses)?.FirstOrDefault(s => s.Name == container.Name);

    private static DateTime? Seconds(DateTimeOffset? time) => time is { } given ? Timestamp.ToSeconds(given) : null;
}
