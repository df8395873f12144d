using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gives each kind's JSON its class.</summary>
internal static class ObjectFactory
{
    public static ClusterObject Create(ResourceKind kind, JsonObject tree, string context) => kind.GroupResource switch
    {
        "pods" => new Pod(kind, tree, context),
        "deployments.apps" => new Deployment(kind, tree, context),
        "replicasets.apps" => new ReplicaSet(kind, tree, context),
        "statefulsets.apps" => new StatefulSet(kind, tree, context),
        "daemonsets.apps" => new DaemonSet(kind, tree, context),
        "horizontalpodautoscalers.autoscaling" => new Autoscaler(kind, tree, context),
        "jobs.batch" => new ClusterJob(kind, tree, context),
        "cronjobs.batch" => new CronJob(kind, tree, context),
        "poddisruptionbudgets.policy" => new DisruptionBudget(kind, tree, context),
        "services" => new ClusterService(kind, tree, context),
        "nodes" => new Node(kind, tree, context),
        "namespaces" => new ClusterNamespace(kind, tree, context),
        "configmaps" => new ConfigMap(kind, tree, context),
        "secrets" => new ClusterSecret(kind, tree, context),
        "persistentvolumes" => new PersistentVolume(kind, tree, context),
        "persistentvolumeclaims" => new PersistentVolumeClaim(kind, tree, context),
        "storageclasses.storage.k8s.io" => new StorageClass(kind, tree, context),
        "events" => new ClusterEvent(kind, tree, context),
        "pods.metrics.k8s.io" => new PodUsage(kind, tree, context),
        "volumes.metrics.k8s.io" => new VolumeUsage(kind, tree, context),
        "nodes.metrics.k8s.io" => new NodeUsage(kind, tree, context),
        _ => new ClusterResource(kind, tree, context),
    };
}
