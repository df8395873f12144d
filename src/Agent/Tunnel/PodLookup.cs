using k8s.Models;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Tunnel;

/// <summary>Finds what a request's path names.</summary>
internal sealed class PodLookup(PodTable pods, RuntimeSet runtimes)
{
    /// <exception cref="EndpointException">Not on this node.</exception>
    public (V1Pod Pod, IContainerRuntime Runtime) Pod(string @namespace, string pod) => pods.Find(@namespace, pod) is { } found
        ? (found, runtimes.For(found) ?? runtimes.Default)
        : throw new EndpointException(StatusCodes.Status404NotFound, $"pod \"{@namespace}/{pod}\" is not on this node");

    /// <summary>Every try of a container, the newest first.</summary>
    /// <exception cref="EndpointException">The pod has no container of this name.</exception>
    public static async Task<List<ContainerObservation>> AttemptsAsync(
        V1Pod pod, IContainerRuntime runtime, string container, CancellationToken cancellationToken)
    {
        if (!pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Any(spec => spec.Name == container))
        {
            throw new EndpointException(StatusCodes.Status400BadRequest, $"container {container} is not valid for pod {pod.Metadata.Name}");
        }
        var observed = await runtime.ListAsync(pod.Metadata.Uid, cancellationToken);
        return [.. observed.SelectMany(one => one.Containers).Where(one => one.Name == container && one.State != ContainerState.Created)
            .OrderByDescending(one => one.Attempt)];
    }

    /// <summary>Why a container does not run: Kubernetes' word for it.</summary>
    public static string Waiting(V1Pod pod, string container) =>
        (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? [])
            .FirstOrDefault(status => status.Name == container)?.State?.Waiting?.Reason ?? "ContainerCreating";
}
