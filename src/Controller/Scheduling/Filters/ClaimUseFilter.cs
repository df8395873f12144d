using Orchestrator.Controller.Kinds.PersistentVolumes;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Scheduling.Filters;

/// <summary>A ReadWriteOncePod claim is one pod's; a ReadWriteOnce volume that could be had anywhere is one node's, that of the pods that use it.</summary>
internal sealed class ClaimUseFilter(VolumeReader volumes, ClusterState state) : IFilter
{
    public bool IsLasting => false;

    public string? Reject(PodClass pod, NodeInfo node)
    {
        foreach (var claim in pod.Claims)
        {
            var users = state.UsersOf(pod.Namespace, claim.Name);
            if (users.Count == 0 || volumes.Claim(pod.Namespace, claim.Name) is not { } found)
            {
                continue;
            }
            if (found.Spec.AccessModes?.Contains(AccessModes.ReadWriteOncePod) == true)
            {
                return "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";
            }
            if (AccessModes.IsOfOneNode(found.Spec.AccessModes) && users.Values.Any(other => other != node.Name)
                && volumes.Volume(found.Spec.VolumeName) is { Spec.NodeAffinity: null, Spec.HostPath: null })
            {
                return "node(s) had a ReadWriteOnce volume that another node uses";
            }
        }
        return null;
    }
}
