using System.Collections.Frozen;

namespace Orchestrator.Model.Schema;

/// <summary>
/// Which lists of the model are shared by items, and which objects and maps are not shared at all; all other lists belong to one as a whole, all other
/// objects and maps field by field. Source: the listType, listMapKey and mapType of each field in the Kubernetes API reference.
/// </summary>
internal static class FieldRules
{
    private static readonly FieldRule ByName = FieldRule.Keyed("name");
    private static readonly FieldRule ByType = FieldRule.Keyed("type");

    private static readonly FrozenDictionary<(string Type, string Field), FieldRule> Fields = new Dictionary<(string, string), FieldRule>
    {
        [("ObjectMeta", "ownerReferences")] = FieldRule.Keyed("uid"),
        [("ObjectMeta", "finalizers")] = FieldRule.Set,
        [("PodSpec", "containers")] = ByName,
        [("PodSpec", "initContainers")] = ByName,
        [("PodSpec", "ephemeralContainers")] = ByName,
        [("PodSpec", "volumes")] = ByName,
        [("PodSpec", "imagePullSecrets")] = ByName,
        [("PodSpec", "hostAliases")] = FieldRule.Keyed("ip"),
        [("PodSpec", "topologySpreadConstraints")] = FieldRule.Keyed("topologyKey", "whenUnsatisfiable"),
        [("PodSpec", "schedulingGates")] = ByName,
        [("PodSpec", "resourceClaims")] = ByName,
        [("PodSpec", "nodeSelector")] = FieldRule.Atomic,
        [("PodStatus", "conditions")] = ByType,
        [("PodStatus", "podIPs")] = FieldRule.Keyed("ip"),
        [("PodStatus", "resourceClaimStatuses")] = ByName,
        [("Container", "env")] = ByName,
        [("Container", "ports")] = FieldRule.Keyed("containerPort", "protocol"),
        [("Container", "volumeMounts")] = FieldRule.Keyed("mountPath"),
        [("Container", "volumeDevices")] = FieldRule.Keyed("devicePath"),
        [("EphemeralContainer", "env")] = ByName,
        [("EphemeralContainer", "ports")] = FieldRule.Keyed("containerPort", "protocol"),
        [("EphemeralContainer", "volumeMounts")] = FieldRule.Keyed("mountPath"),
        [("EphemeralContainer", "volumeDevices")] = FieldRule.Keyed("devicePath"),
        [("ResourceRequirements", "claims")] = ByName,
        [("ServiceSpec", "ports")] = FieldRule.Keyed("port", "protocol"),
        [("ServiceSpec", "selector")] = FieldRule.Atomic,
        [("ServiceAccount", "secrets")] = ByName,
        [("ReplicationControllerSpec", "selector")] = FieldRule.Atomic,
        [("NodeSpec", "podCIDRs")] = FieldRule.Set,
        [("NodeStatus", "addresses")] = ByType,
        [("NodeStatus", "conditions")] = ByType,
        [("NamespaceStatus", "conditions")] = ByType,
        [("ReplicaSetStatus", "conditions")] = ByType,
        [("ReplicationControllerStatus", "conditions")] = ByType,
        [("DeploymentStatus", "conditions")] = ByType,
        [("StatefulSetStatus", "conditions")] = ByType,
        [("DaemonSetStatus", "conditions")] = ByType,
        [("ServiceStatus", "conditions")] = ByType,
        [("CertificateSigningRequestStatus", "conditions")] = ByType,
        [("CustomResourceDefinitionStatus", "conditions")] = ByType,
        [("PersistentVolumeClaimStatus", "conditions")] = ByType,
        [("PodDisruptionBudgetStatus", "conditions")] = ByType,
        [("HorizontalPodAutoscalerStatus", "conditions")] = ByType,
        [("RuntimeClassScheduling", "nodeSelector")] = FieldRule.Atomic,
        [("TopologySelectorTerm", "matchLabelExpressions")] = FieldRule.Atomic,
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> AtomicTypes = new[]
    {
        "LabelSelector", "NodeSelector", "NodeSelectorTerm", "ObjectReference", "LocalObjectReference", "TypedLocalObjectReference", "SecretReference",
        "ConfigMapKeySelector", "SecretKeySelector", "ObjectFieldSelector", "ResourceFieldSelector", "OwnerReference", "TopologySelectorTerm", "ScopeSelector",
        "EndpointAddress", "EndpointPort", "EndpointReference", "RoleRef", "Subject",
    }.ToFrozenSet();

    public static FieldRule Of(TypeSchema owner, string field, TypeSchema value)
    {
        if (owner.Type == FieldType.Object && Fields.TryGetValue((MergeKeys.Unversioned(owner.ClrType.Name), field), out var known))
        {
            return known;
        }
        return value.Type switch
        {
            FieldType.Object => AtomicTypes.Contains(MergeKeys.Unversioned(value.ClrType.Name)) ? FieldRule.Atomic : FieldRule.Granular,
            FieldType.Map or FieldType.Any => FieldRule.Granular,
            _ => FieldRule.Atomic,
        };
    }
}
