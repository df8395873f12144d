using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>What the scheduler needs to know of a pod, read off it once.</summary>
internal sealed record PodInfo
{
    public required ObjectKey Key { get; init; }
    public required string Uid { get; init; }
    public required V1PodSpec Spec { get; init; }
    public required ResourceAmounts Requests { get; init; }
    public required ImmutableArray<HostPort> HostPorts { get; init; }
    /// <summary>Uid of the controlling object; its other pods are kin, to be spread. Empty for none.</summary>
    public required string Controller { get; init; }
    /// <summary>The node it runs on or was assumed to; empty for none yet.</summary>
    public string NodeName { get; init; } = "";

    public static PodInfo Of(V1Pod pod) => new()
    {
        Key = new("pods", pod.Metadata.NamespaceProperty, pod.Metadata.Name),
        Uid = pod.Metadata.Uid,
        Spec = pod.Spec,
        Requests = ResourceAmounts.OfPod(pod.Spec),
        HostPorts = [.. (pod.Spec.Containers ?? []).SelectMany(container => container.Ports ?? []).Where(port => port.HostPort is > 0)
            .Select(port => new HostPort(port.HostPort!.Value, port.Protocol ?? "TCP", port.HostIP ?? ""))], // Filtered to have one.
        Controller = PodState.Controller(pod.Metadata)?.Uid ?? "",
        NodeName = pod.Spec.NodeName ?? "",
    };
}
