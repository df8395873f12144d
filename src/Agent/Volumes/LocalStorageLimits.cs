using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Agent.Volumes;

/// <summary>What a pod may take on its node's disk: each emptyDir's sizeLimit, each container's and the pod's ephemeral-storage limit.</summary>
internal static class LocalStorageLimits
{
    private const string Resource = "ephemeral-storage";

    /// <summary>Whether its emptyDirs have to be measured.</summary>
    public static IEnumerable<V1Volume> LimitedVolumes(V1PodSpec pod) =>
        (pod.Volumes ?? []).Where(volume => volume.EmptyDir is { SizeLimit: not null, Medium: not "Memory" });

    /// <summary>Whether its containers have to be measured.</summary>
    public static bool LimitsContainers(V1PodSpec pod) => pod.Containers.Concat(pod.InitContainers ?? []).Any(container => Limit(container) is not null);

    /// <summary>The emptyDirs that count for the pod's limit.</summary>
    public static IEnumerable<V1Volume> CountedVolumes(V1PodSpec pod) => (pod.Volumes ?? []).Where(volume => volume.EmptyDir is { Medium: not "Memory" });

    /// <param name="volumes">Bytes by volume name; what was not measured is absent.</param>
    /// <param name="containers">Bytes by container name.</param>
    /// <returns>Why the pod has to go, in the kubelet's words; null while it keeps its limits.</returns>
    public static string? FindExcess(V1PodSpec pod, IReadOnlyDictionary<string, long> volumes, IReadOnlyDictionary<string, long> containers)
    {
        foreach (var volume in LimitedVolumes(pod))
        {
            if (volumes.TryGetValue(volume.Name, out var used) && used > Bytes(volume.EmptyDir.SizeLimit))
            {
                return $"Usage of EmptyDir volume \"{volume.Name}\" exceeds the limit \"{volume.EmptyDir.SizeLimit}\". ";
            }
        }
        foreach (var container in pod.Containers.Concat(pod.InitContainers ?? []))
        {
            if (Limit(container) is { } limit && containers.TryGetValue(container.Name, out var used) && used > Bytes(limit))
            {
                return $"Container {container.Name} exceeded its local ephemeral storage limit \"{limit}\". ";
            }
        }
        // A container without a limit leaves the pod as a whole without one.
        if (pod.Containers.All(container => Limit(container) is not null))
        {
            var total = pod.Containers.Sum(container => Bytes(Limit(container)));
            if (volumes.Values.Sum() + containers.Values.Sum() > total)
            {
                return $"Pod ephemeral local storage usage exceeds the total limit of containers {Quantity.FromBytes(total)}. ";
            }
        }
        return null;
    }

    private static ResourceQuantity? Limit(V1Container container) =>
        container.Resources?.Limits is { } limits && limits.TryGetValue(Resource, out var limit) ? limit : null;

    private static long Bytes(ResourceQuantity? quantity) => quantity is null ? long.MaxValue : Quantity.Parse(quantity.ToString()).ToInt64Ceiling();
}
