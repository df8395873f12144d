using k8s.Models;

namespace Orchestrator.Agent.Volumes;

internal static class VolumeSupport
{
    /// <summary>The volumes that this agent cannot make, each by its field.</summary>
    public static IEnumerable<string> FindUnsupported(V1PodSpec pod)
    {
        foreach (var (volume, i) in (pod.Volumes ?? []).Select((volume, index) => (volume, index)))
        {
            if (volume.Projected is { } projected)
            {
                foreach (var (source, j) in (projected.Sources ?? []).Select((source, index) => (source, index)))
                {
                    if (source.ClusterTrustBundle is not null)
                    {
                        yield return $"spec.volumes[{i}].projected.sources[{j}] \"{volume.Name}\": clusterTrustBundle";
                    }
                }
            }
            else if (volume is { EmptyDir: null, HostPath: null, ConfigMap: null, Secret: null, DownwardAPI: null, PersistentVolumeClaim: null, Ephemeral: null })
            {
                yield return $"spec.volumes[{i}] \"{volume.Name}\": volumes other than emptyDir, hostPath, configMap, secret, downwardAPI, projected, persistentVolumeClaim and ephemeral are";
            }
        }
    }

    /// <summary>Made of what the API has, and made anew when that changes.</summary>
    public static bool IsProjected(V1Volume volume) => volume is not { ConfigMap: null, Secret: null, DownwardAPI: null, Projected: null };
}
