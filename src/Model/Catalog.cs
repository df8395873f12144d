using System.Collections.Frozen;
using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Model.Printing;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Model;

/// <summary>Every kind that the API serves; one entry registers a kind everywhere.</summary>
public static class Catalog
{
    private static readonly ResourceKind[] Kinds =
    [
        new()
        {
            Group = "", Version = "v1", Kind = "Namespace", Plural = "namespaces", Singular = "namespace", ShortNames = ["ns"],
            Namespaced = false, ClrType = typeof(V1Namespace), Columns = Columns.Namespace, Subresources = ["status", "finalize"],
            SelectableFields = ["status.phase"],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "Node", Plural = "nodes", Singular = "node", ShortNames = ["no"],
            Namespaced = false, ClrType = typeof(V1Node), Columns = Columns.Node, Subresources = ["status", "network", "proxy", "tunnel"],
            SelectableFields = ["spec.unschedulable"],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "Pod", Plural = "pods", Singular = "pod", ShortNames = ["po"], Categories = ["all"],
            Namespaced = true, ClrType = typeof(V1Pod), Columns = Columns.Pod, Subresources = ["status", "attach", "binding", "eviction", "exec", "log", "network", "portforward", "proxy"],
            SelectableFields = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
                "status.phase", "status.podIP", "status.nominatedNodeName"],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "ConfigMap", Plural = "configmaps", Singular = "configmap", ShortNames = ["cm"],
            Namespaced = true, ClrType = typeof(V1ConfigMap), Columns = Columns.ConfigMap,
        },
        new()
        {
            Group = "", Version = "v1", Kind = "Secret", Plural = "secrets", Singular = "secret",
            Namespaced = true, ClrType = typeof(V1Secret), Columns = Columns.Secret, SelectableFields = ["type"],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "Service", Plural = "services", Singular = "service", ShortNames = ["svc"], Categories = ["all"],
            Namespaced = true, ClrType = typeof(V1Service), Columns = ServiceColumns.Service, Subresources = ["status", "proxy"],
            SelectableFields = ["spec.clusterIP", "spec.type"],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "Endpoints", Plural = "endpoints", Singular = "endpoints", ShortNames = ["ep"],
            Namespaced = true, ClrType = typeof(V1Endpoints), Columns = ServiceColumns.Endpoints,
        },
        new()
        {
            Group = "", Version = "v1", Kind = "Event", Plural = "events", Singular = "event", ShortNames = ["ev"],
            Namespaced = true, ClrType = typeof(Corev1Event), Columns = Columns.Event,
            SelectableFields = ["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent",
                "source", "type"],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "ReplicationController", Plural = "replicationcontrollers", Singular = "replicationcontroller", ShortNames = ["rc"],
            Categories = ["all"], Namespaced = true, ClrType = typeof(V1ReplicationController), Columns = WorkloadColumns.ReplicationController,
            Subresources = ["status", "scale"], SelectableFields = ["status.replicas"],
        },
        new()
        {
            Group = "apps", Version = "v1", Kind = "Deployment", Plural = "deployments", Singular = "deployment", ShortNames = ["deploy"],
            Categories = ["all"], Namespaced = true, ClrType = typeof(V1Deployment), Columns = Columns.Deployment, Subresources = ["status", "scale"],
        },
        new()
        {
            Group = "apps", Version = "v1", Kind = "ReplicaSet", Plural = "replicasets", Singular = "replicaset", ShortNames = ["rs"],
            Categories = ["all"], Namespaced = true, ClrType = typeof(V1ReplicaSet), Columns = Columns.ReplicaSet, Subresources = ["status", "scale"],
            SelectableFields = ["status.replicas"],
        },
        new()
        {
            Group = "apps", Version = "v1", Kind = "StatefulSet", Plural = "statefulsets", Singular = "statefulset", ShortNames = ["sts"],
            Categories = ["all"], Namespaced = true, ClrType = typeof(V1StatefulSet), Columns = WorkloadColumns.StatefulSet, Subresources = ["status", "scale"],
        },
        new()
        {
            Group = "apps", Version = "v1", Kind = "DaemonSet", Plural = "daemonsets", Singular = "daemonset", ShortNames = ["ds"],
            Categories = ["all"], Namespaced = true, ClrType = typeof(V1DaemonSet), Columns = WorkloadColumns.DaemonSet, Subresources = ["status"],
        },
        new()
        {
            Group = "apps", Version = "v1", Kind = "ControllerRevision", Plural = "controllerrevisions", Singular = "controllerrevision",
            Namespaced = true, ClrType = typeof(V1ControllerRevision), Columns = WorkloadColumns.ControllerRevision,
        },
        new()
        {
            Group = "batch", Version = "v1", Kind = "Job", Plural = "jobs", Singular = "job",
            Categories = ["all"], Namespaced = true, ClrType = typeof(V1Job), Columns = WorkloadColumns.Job, Subresources = ["status"],
        },
        new()
        {
            Group = "batch", Version = "v1", Kind = "CronJob", Plural = "cronjobs", Singular = "cronjob", ShortNames = ["cj"],
            Categories = ["all"], Namespaced = true, ClrType = typeof(V1CronJob), Columns = WorkloadColumns.CronJob, Subresources = ["status"],
        },
        new()
        {
            Group = "autoscaling", Version = "v2", Kind = "HorizontalPodAutoscaler", Plural = "horizontalpodautoscalers", Singular = "horizontalpodautoscaler",
            ShortNames = ["hpa"], Categories = ["all"], Namespaced = true, ClrType = typeof(V2HorizontalPodAutoscaler),
            Columns = WorkloadColumns.HorizontalPodAutoscaler, Subresources = ["status"],
        },
        new()
        {
            Group = "policy", Version = "v1", Kind = "PodDisruptionBudget", Plural = "poddisruptionbudgets", Singular = "poddisruptionbudget", ShortNames = ["pdb"],
            Namespaced = true, ClrType = typeof(V1PodDisruptionBudget), Columns = WorkloadColumns.PodDisruptionBudget, Subresources = ["status"],
        },
        new()
        {
            Group = "scheduling.k8s.io", Version = "v1", Kind = "PriorityClass", Plural = "priorityclasses", Singular = "priorityclass", ShortNames = ["pc"],
            Namespaced = false, ClrType = typeof(V1PriorityClass), Columns = WorkloadColumns.PriorityClass,
        },
        new()
        {
            Group = "coordination.k8s.io", Version = "v1", Kind = "Lease", Plural = "leases", Singular = "lease",
            Namespaced = true, ClrType = typeof(V1Lease), Columns = Columns.Lease,
        },
        new()
        {
            Group = "discovery.k8s.io", Version = "v1", Kind = "EndpointSlice", Plural = "endpointslices", Singular = "endpointslice",
            Namespaced = true, ClrType = typeof(V1EndpointSlice), Columns = ServiceColumns.EndpointSlice,
        },
        new()
        {
            Group = "node.k8s.io", Version = "v1", Kind = "RuntimeClass", Plural = "runtimeclasses", Singular = "runtimeclass",
            Namespaced = false, ClrType = typeof(V1RuntimeClass), Columns = Columns.RuntimeClass,
        },
        new()
        {
            Group = "certificates.k8s.io", Version = "v1", Kind = "CertificateSigningRequest", Plural = "certificatesigningrequests",
            Singular = "certificatesigningrequest", ShortNames = ["csr"], Namespaced = false, ClrType = typeof(V1CertificateSigningRequest),
            Columns = Columns.CertificateSigningRequest, Subresources = ["status", "approval"], SelectableFields = ["spec.signerName"],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "ServiceAccount", Plural = "serviceaccounts", Singular = "serviceaccount", ShortNames = ["sa"],
            Namespaced = true, ClrType = typeof(V1ServiceAccount), Columns = AccessColumns.ServiceAccount, Subresources = ["token"],
        },
        new()
        {
            Group = "rbac.authorization.k8s.io", Version = "v1", Kind = "Role", Plural = "roles", Singular = "role",
            Namespaced = true, ClrType = typeof(V1Role), Columns = AccessColumns.Role,
        },
        new()
        {
            Group = "rbac.authorization.k8s.io", Version = "v1", Kind = "ClusterRole", Plural = "clusterroles", Singular = "clusterrole",
            Namespaced = false, ClrType = typeof(V1ClusterRole), Columns = AccessColumns.ClusterRole,
        },
        new()
        {
            Group = "rbac.authorization.k8s.io", Version = "v1", Kind = "RoleBinding", Plural = "rolebindings", Singular = "rolebinding",
            Namespaced = true, ClrType = typeof(V1RoleBinding), Columns = AccessColumns.RoleBinding,
        },
        new()
        {
            Group = "rbac.authorization.k8s.io", Version = "v1", Kind = "ClusterRoleBinding", Plural = "clusterrolebindings", Singular = "clusterrolebinding",
            Namespaced = false, ClrType = typeof(V1ClusterRoleBinding), Columns = AccessColumns.ClusterRoleBinding,
        },
        new()
        {
            Group = "", Version = "v1", Kind = "PersistentVolume", Plural = "persistentvolumes", Singular = "persistentvolume", ShortNames = ["pv"],
            Namespaced = false, ClrType = typeof(V1PersistentVolume), Columns = StorageColumns.PersistentVolume, Subresources = ["status"],
            SelectableFields = [VolumeNames.NodeField],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "PersistentVolumeClaim", Plural = "persistentvolumeclaims", Singular = "persistentvolumeclaim", ShortNames = ["pvc"],
            Namespaced = true, ClrType = typeof(V1PersistentVolumeClaim), Columns = StorageColumns.PersistentVolumeClaim, Subresources = ["status"],
        },
        new()
        {
            Group = "storage.k8s.io", Version = "v1", Kind = "StorageClass", Plural = "storageclasses", Singular = "storageclass", ShortNames = ["sc"],
            Namespaced = false, ClrType = typeof(V1StorageClass), Columns = StorageColumns.StorageClass,
        },
        new()
        {
            Group = "", Version = "v1", Kind = "ResourceQuota", Plural = "resourcequotas", Singular = "resourcequota", ShortNames = ["quota"],
            Namespaced = true, ClrType = typeof(V1ResourceQuota), Columns = QuotaColumns.ResourceQuota, Subresources = ["status"],
        },
        new()
        {
            Group = "", Version = "v1", Kind = "LimitRange", Plural = "limitranges", Singular = "limitrange", ShortNames = ["limits"],
            Namespaced = true, ClrType = typeof(V1LimitRange), Columns = QuotaColumns.LimitRange,
        },
        new()
        {
            Group = "", Version = "v1", Kind = "PodTemplate", Plural = "podtemplates", Singular = "podtemplate",
            Namespaced = true, ClrType = typeof(V1PodTemplate), Columns = QuotaColumns.PodTemplate,
        },
        new()
        {
            Group = "networking.k8s.io", Version = "v1", Kind = "Ingress", Plural = "ingresses", Singular = "ingress", ShortNames = ["ing"],
            Namespaced = true, ClrType = typeof(V1Ingress), Columns = IngressColumns.Ingress, Subresources = ["status"],
        },
        new()
        {
            Group = "networking.k8s.io", Version = "v1", Kind = "IngressClass", Plural = "ingressclasses", Singular = "ingressclass",
            Namespaced = false, ClrType = typeof(V1IngressClass), Columns = IngressColumns.IngressClass,
        },
        new()
        {
            Group = "apiextensions.k8s.io", Version = "v1", Kind = "CustomResourceDefinition", Plural = "customresourcedefinitions", Singular = "customresourcedefinition",
            ShortNames = ["crd", "crds"], Categories = ["api-extensions"], Namespaced = false, ClrType = typeof(V1CustomResourceDefinition), Columns = Columns.CustomResourceDefinition,
            Subresources = ["status"],
        },
    ];

    private static readonly FrozenDictionary<string, ResourceKind> ByName = Names();
    private static readonly FrozenDictionary<(string, string, string), ResourceKind> ByPath =
        Kinds.ToFrozenDictionary(kind => (kind.Group, kind.Version, kind.Plural));
    private static readonly FrozenDictionary<(string, string), ResourceKind> ByKind = Kinds.ToFrozenDictionary(kind => (kind.ApiVersion, kind.Kind));
    private static readonly FrozenDictionary<Type, ResourceKind> ByType = Kinds.ToFrozenDictionary(kind => kind.ClrType);
    private static readonly FrozenDictionary<string, ResourceKind> ByResource = Kinds.ToFrozenDictionary(kind => kind.GroupResource);

    public static ImmutableArray<ResourceKind> All { get; } = [.. Kinds];

    /// <summary>The kind served at <c>/apis/{group}/{version}/…/{plural}</c>.</summary>
    public static ResourceKind? Find(string group, string version, string plural) => ByPath.GetValueOrDefault((group, version, plural));

    /// <summary>The kind that a manifest names by <c>apiVersion</c> and <c>kind</c>.</summary>
    public static ResourceKind? ForKind(string apiVersion, string kind) => ByKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>The kind of a group-resource such as <c>deployments.apps</c>.</summary>
    public static ResourceKind? ForResource(string groupResource) => ByResource.GetValueOrDefault(groupResource);

    public static ResourceKind ForType<T>() => ForType(typeof(T));

    /// <exception cref="ArgumentException">The type is not of a served kind.</exception>
    public static ResourceKind ForType(Type type) => ByType.TryGetValue(type, out var kind)
        ? kind
        : throw new ArgumentException($"{type.Name} is not the type of a served kind", nameof(type));

    /// <summary>
    /// Finds a kind by any name that people give it: plural, singular, short name or kind, optionally with the group
    /// (<c>deployments.apps</c>, <c>deployments.v1.apps</c>); letter case doesn't matter.
    /// </summary>
    public static bool TryResolve(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ResourceKind? kind) =>
        ByName.TryGetValue(name, out kind);

    private static FrozenDictionary<string, ResourceKind> Names()
    {
        var names = new Dictionary<string, ResourceKind>(StringComparer.OrdinalIgnoreCase);
        foreach (var kind in Kinds)
        {
            foreach (var form in new[] { kind.Plural, kind.Singular, kind.Kind }.Concat(kind.ShortNames))
            {
                names.TryAdd(form, kind);
                names.TryAdd($"{form}.{kind.Group}", kind);
                names.TryAdd($"{form}.{kind.Version}.{kind.Group}", kind);
            }
        }
        return names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
