using k8s.Models;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Pods.Lifecycle;

/// <summary>Sees to it that a container's image is here, as its imagePullPolicy says.</summary>
internal sealed class ImageEnsurer(IContainerRuntime runtime, PullSecrets secrets, IPodEvents events)
{
    /// <exception cref="RuntimeException" />
    public async Task EnsureAsync(V1Pod pod, V1Container container, CancellationToken cancellationToken)
    {
        try
        {
            if (container.ImagePullPolicy != "Always" && await runtime.FindImageAsync(container.Image, cancellationToken) is not null)
            {
                events.Publish(pod, container, EventTypes.Normal, "Pulled", $"Container image \"{container.Image}\" already present on machine");
                return;
            }
            if (container.ImagePullPolicy == "Never")
            {
                throw new ImageNeverPullException($"Container image \"{container.Image}\" is not present with pull policy of Never");
            }
            events.Publish(pod, container, EventTypes.Normal, "Pulling", $"Pulling image \"{container.Image}\"");
            await runtime.PullImageAsync(container.Image, await secrets.ReadAsync(pod, cancellationToken), cancellationToken);
            events.Publish(pod, container, EventTypes.Normal, "Pulled", $"Successfully pulled image \"{container.Image}\"");
        }
        catch (InvalidImageNameException e)
        {
            events.Publish(pod, container, EventTypes.Warning, "InspectFailed", e.Message);
            throw;
        }
        catch (ImagePullException e)
        {
            events.Publish(pod, container, EventTypes.Warning, "Failed", $"Failed to pull image \"{container.Image}\": {e.Message}");
            throw;
        }
    }
}
