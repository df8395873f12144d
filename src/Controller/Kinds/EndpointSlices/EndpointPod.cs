using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>What services need to know of a pod.</summary>
/// <param name="Address">IPv4; null when it has none yet.</param>
/// <param name="Ports">Numbers by name and protocol.</param>
internal sealed record EndpointPod(string Namespace, string Name, string Uid, string? Address, string? NodeName, string? Hostname, string? Subdomain,
    bool IsReady, bool IsTerminating, bool HasEnded, ImmutableDictionary<(string Name, string Protocol), int> Ports)
{
    public static EndpointPod Of(V1Pod pod)
    {
        var ports = ImmutableDictionary.CreateBuilder<(string, string), int>();
        // Of containers that go on: an init container that runs on counts.
        var containers = pod.Spec.Containers.Concat((pod.Spec.InitContainers ?? []).Where(container => container.RestartPolicy == "Always"));
        foreach (var port in containers.SelectMany(container => container.Ports ?? []).Where(port => !string.IsNullOrEmpty(port.Name)))
        {
            ports.TryAdd((port.Name, string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol), port.ContainerPort);
        }
        return new(pod.Metadata.NamespaceProperty, pod.Metadata.Name, pod.Metadata.Uid, IPv4(pod.Status), pod.Spec.NodeName, Text(pod.Spec.Hostname), Text(pod.Spec.Subdomain),
            PodState.IsReady(pod), pod.Metadata.DeletionTimestamp is not null, pod.Status?.Phase is "Succeeded" or "Failed", ports.ToImmutable());
    }

    private static string? IPv4(V1PodStatus? status) => (status?.PodIPs ?? []).Select(item => item.Ip).Prepend(status?.PodIP)
        .FirstOrDefault(text => IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork);

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
