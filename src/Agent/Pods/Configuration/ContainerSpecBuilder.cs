using k8s.Models;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Volumes;

namespace Orchestrator.Agent.Pods.Configuration;

internal static class ContainerSpecBuilder
{
    public static ContainerSpec Build(V1Pod pod, V1Container container, int attempt, IReadOnlyDictionary<string, string> environment, ContainerVolumes volumes)
    {
        return new()
        {
            PodUid = pod.Metadata.Uid,
            Namespace = pod.Metadata.NamespaceProperty,
            PodName = pod.Metadata.Name,
            Name = container.Name,
            Attempt = attempt,
            Image = container.Image,
            Command = Expand(container.Command),
            Args = Expand(container.Args),
            Environment = environment,
            WorkingDirectory = container.WorkingDir,
            TerminationMessagePath = container.TerminationMessagePath,
            Mounts = volumes.Mounts,
            Volumes = volumes.Folders,
            Pod = pod.Spec,
            Definition = container,
        };

        List<string> Expand(IList<string>? words) => [.. (words ?? []).Select(word => VariableExpansion.Expand(word, environment))];
    }
}
