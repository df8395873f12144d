using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>What a row about a pod says: ready count, status word and restarts, as kubectl derives them from the object.</summary>
public sealed record PodSummary(int ReadyContainers, int TotalContainers, string Status, int Restarts, DateTime? LastRestart)
{
    public string Ready => $"{ReadyContainers}/{TotalContainers}";

    public string RestartsText(DateTime now) =>
        Restarts > 0 && LastRestart is not null ? $"{Restarts} ({HumanDuration.Since(LastRestart, now)} ago)" : $"{Restarts}";

    public static PodSummary Of(V1Pod pod)
    {
        var status = pod.Status ?? new V1PodStatus();
        var sidecars = (pod.Spec?.InitContainers ?? []).Where(container => container.RestartPolicy == "Always")
            .Select(container => container.Name).ToHashSet(StringComparer.Ordinal);
        var total = (pod.Spec?.Containers?.Count ?? 0) + sidecars.Count;
        var reason = string.IsNullOrEmpty(status.Reason) ? status.Phase ?? "Unknown" : status.Reason;
        if ((status.Conditions ?? []).Any(condition => condition is { Type: "PodScheduled", Reason: "SchedulingGated" }))
        {
            reason = "SchedulingGated";
        }
        var (ready, restarts, last) = (0, 0, (DateTime?)null);
        void Count(V1ContainerStatus container)
        {
            restarts += container.RestartCount;
            if (container.LastState?.Terminated?.FinishedAt is { } finished && (last is null || finished > last))
            {
                last = finished;
            }
        }
        var initializing = false;
        var initStatuses = status.InitContainerStatuses ?? [];
        for (var i = 0; i < initStatuses.Count; i++)
        {
            var container = initStatuses[i];
            Count(container);
            var sidecar = sidecars.Contains(container.Name);
            if (container.State?.Terminated is { ExitCode: 0 } || (sidecar && container.Started == true))
            {
                ready += sidecar && container.Ready ? 1 : 0;
                continue;
            }
            initializing = true;
            reason = container.State switch
            {
                { Terminated: { } ended } => "Init:" + Ended(ended),
                { Waiting: { Reason: { Length: > 0 } waiting } } when waiting != "PodInitializing" => "Init:" + waiting,
                _ => $"Init:{i}/{pod.Spec?.InitContainers?.Count ?? 0}",
            };
            break;
        }
        if (!initializing || Initialized(status))
        {
            reason = Main(status, reason, Count, ref ready);
        }
        if (pod.Metadata?.DeletionTimestamp is not null)
        {
            reason = status.Reason == "NodeLost" ? "Unknown" : status.Phase is "Failed" or "Succeeded" ? reason : "Terminating";
        }
        return new(ready, total, reason, restarts, last);
    }

    private static string Main(V1PodStatus status, string reason, Action<V1ContainerStatus> count, ref int ready)
    {
        var running = false;
        foreach (var container in (status.ContainerStatuses ?? []).Reverse())
        {
            count(container);
            switch (container.State)
            {
                case { Waiting: { Reason: { Length: > 0 } waiting } }:
                    reason = waiting;
                    break;
                case { Terminated: { } ended }:
                    reason = Ended(ended);
                    break;
                case { Running: not null } when container.Ready:
                    running = true;
                    ready++;
                    break;
            }
        }
        // Some containers are done and one still runs: the pod as a whole runs.
        return reason == "Completed" && running
            ? (status.Conditions ?? []).Any(condition => condition is { Type: "Ready", Status: "True" }) ? "Running" : "NotReady"
            : reason;
    }

    private static bool Initialized(V1PodStatus status) =>
        (status.Conditions ?? []).Any(condition => condition is { Type: "Initialized", Status: "True" });

    private static string Ended(V1ContainerStateTerminated ended) =>
        !string.IsNullOrEmpty(ended.Reason) ? ended.Reason
        : ended.Signal is > 0 ? $"Signal:{ended.Signal}"
        : $"ExitCode:{ended.ExitCode}";
}
