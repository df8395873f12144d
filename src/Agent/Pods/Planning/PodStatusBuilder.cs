using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Model;

namespace Orchestrator.Agent.Pods.Planning;

internal static class PodStatusBuilder
{
    /// <param name="waits">Containers that wait for more than their own start.</param>
    /// <param name="ended">Nothing runs any more and nothing will.</param>
    public static V1PodStatus Build(PodFacts facts, IReadOnlyDictionary<string, V1ContainerStateWaiting> waits, bool ended)
    {
        var pod = facts.Pod;
        var startTime = pod.Status?.StartTime ?? Timestamp.ToSeconds(facts.Now);
        if (facts.Rejection is { } rejection)
        {
            return new()
            {
                Phase = PodPhase.Failed,
                Reason = rejection.Reason,
                Message = rejection.Message,
                StartTime = startTime,
                QosClass = QosClass.Of(pod),
            };
        }
        var inits = Statuses(facts, pod.Spec.InitContainers, true, waits);
        var mains = Statuses(facts, pod.Spec.Containers, false, waits) ?? [];
        var phase = PodPhase.Of(facts, facts.Stop is not null && ended, name =>
            mains.FirstOrDefault(status => status.Name == name)?.State?.Waiting);
        var address = facts.Sandbox?.Address;
        return new()
        {
            Phase = phase,
            Reason = facts.Stop?.Reason ?? (phase == PodPhase.Failed ? pod.Status?.Reason : null),
            Message = facts.Stop?.Message ?? (phase == PodPhase.Failed ? pod.Status?.Message : null),
            StartTime = startTime,
            QosClass = QosClass.Of(pod),
            HostIP = facts.HostAddress,
            HostIPs = [new() { Ip = facts.HostAddress }],
            PodIP = address ?? pod.Status?.PodIP,
            PodIPs = address is not null ? [new() { Ip = address }] : pod.Status?.PodIPs,
            InitContainerStatuses = inits,
            ContainerStatuses = mains,
            Conditions = PodConditions.Build(facts, phase, [.. Sidecars(facts, inits), .. mains]),
        };
    }

    // Ready only when they are: sidecars serve the pod as its main containers do.
    private static IEnumerable<V1ContainerStatus> Sidecars(PodFacts facts, List<V1ContainerStatus>? inits) =>
        InitContainers.Sidecars(facts.Pod.Spec).SelectMany(sidecar => (inits ?? []).Where(status => status.Name == sidecar.Name));

    private static List<V1ContainerStatus>? Statuses(
        PodFacts facts, IList<V1Container>? containers, bool isInit, IReadOnlyDictionary<string, V1ContainerStateWaiting> waits) =>
        containers is { Count: > 0 }
            ? [.. containers.Select(container => ContainerStatusBuilder.Build(facts, container, isInit, waits.GetValueOrDefault(container.Name)))]
            : null;
}
