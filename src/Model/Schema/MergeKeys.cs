using System.Collections.Frozen;

namespace Orchestrator.Model.Schema;

/// <summary>
/// How strategic merge treats lists: by a key of their items, as sets, or (all others) as one value. Source: the patchMergeKey and
/// patchStrategy of each field in the Kubernetes API reference.
/// </summary>
public static class MergeKeys
{
    /// <summary>By the owning type's name without version (<c>PodSpec</c>) and the field; the empty key is a set of plain values.</summary>
    private static readonly FrozenDictionary<(string Type, string Field), string> Keys = new Dictionary<(string, string), string>
    {
        [("ObjectMeta", "ownerReferences")] = "uid",
        [("ObjectMeta", "finalizers")] = "",
        [("PodSpec", "containers")] = "name",
        [("PodSpec", "initContainers")] = "name",
        [("PodSpec", "ephemeralContainers")] = "name",
        [("PodSpec", "volumes")] = "name",
        [("PodSpec", "imagePullSecrets")] = "name",
        [("PodSpec", "hostAliases")] = "ip",
        [("PodSpec", "topologySpreadConstraints")] = "topologyKey",
        [("PodSpec", "schedulingGates")] = "name",
        [("PodSpec", "resourceClaims")] = "name",
        [("PodStatus", "conditions")] = "type",
        [("PodStatus", "podIPs")] = "ip",
        [("PodStatus", "hostIPs")] = "ip",
        [("Container", "env")] = "name",
        [("Container", "ports")] = "containerPort",
        [("Container", "volumeMounts")] = "mountPath",
        [("Container", "volumeDevices")] = "devicePath",
        [("EphemeralContainer", "env")] = "name",
        [("EphemeralContainer", "ports")] = "containerPort",
        [("EphemeralContainer", "volumeMounts")] = "mountPath",
        [("EphemeralContainer", "volumeDevices")] = "devicePath",
        [("ServiceSpec", "ports")] = "port",
        [("ServiceAccount", "secrets")] = "name",
        [("NodeSpec", "podCIDRs")] = "",
        [("NodeStatus", "addresses")] = "type",
        [("NodeStatus", "conditions")] = "type",
        [("NamespaceStatus", "conditions")] = "type",
        [("ReplicaSetStatus", "conditions")] = "type",
        [("ReplicationControllerStatus", "conditions")] = "type",
        [("DeploymentStatus", "conditions")] = "type",
        [("StatefulSetStatus", "conditions")] = "type",
        [("DaemonSetStatus", "conditions")] = "type",
        [("JobStatus", "conditions")] = "type",
        [("ServiceStatus", "conditions")] = "type",
        [("PersistentVolumeClaimStatus", "conditions")] = "type",
        [("PodDisruptionBudgetStatus", "conditions")] = "type",
        [("HorizontalPodAutoscalerStatus", "conditions")] = "type",
    }.ToFrozenDictionary();

    /// <summary>The merge key of a list field; empty for a set of plain values; null when the list is replaced as one.</summary>
    public static string? Of(TypeSchema owner, string field) => Keys.GetValueOrDefault((Unversioned(owner.ClrType.Name), field));

    internal static string Unversioned(string name)
    {
        if (name.Length < 2 || name[0] != 'V' || !char.IsAsciiDigit(name[1]))
        {
            return name;
        }
        // V1PodSpec, V2beta1…: the version ends where the next upper-case letter begins.
        var end = 1;
        while (end < name.Length && !char.IsAsciiLetterUpper(name[end]))
        {
            end++;
        }
        return name[end..];
    }
}
