using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Volumes;

/// <param name="Mounts">The container's volumeMounts, each resolved to a path of this machine.</param>
/// <param name="Folders">All volumes of the pod by name.</param>
internal sealed record ContainerVolumes(IReadOnlyList<ContainerMount> Mounts, IReadOnlyDictionary<string, string> Folders);
