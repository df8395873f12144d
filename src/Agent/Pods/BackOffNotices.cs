using k8s.Models;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Pods;

/// <summary>Tells of each back-off once, when it begins.</summary>
internal sealed class BackOffNotices
{
    private readonly Dictionary<string, DateTimeOffset> _told = [];

    public void Tell(IReadOnlyList<PlannedBackOff> backOffs, V1Pod pod, IPodEvents events)
    {
        foreach (var backOff in backOffs)
        {
            if (_told.GetValueOrDefault(backOff.Container) != backOff.Until)
            {
                _told[backOff.Container] = backOff.Until;
                var container = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).First(container => container.Name == backOff.Container);
                events.Publish(pod, container, EventTypes.Warning, "BackOff", backOff.Reason == "CrashLoopBackOff"
                    ? $"Back-off restarting failed container {backOff.Container} in pod {pod.Metadata.Name}_{pod.Metadata.NamespaceProperty}({pod.Metadata.Uid})"
                    : backOff.Message);
            }
        }
    }
}
