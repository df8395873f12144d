using k8s;
using k8s.Models;

namespace Orchestrator.Cluster.Tests.Nodes;

/// <summary>What these tests do again and again.</summary>
internal static class NodeSteps
{
    /// <summary>Waits until so many pods of a Deployment, and no others, are available.</summary>
    public static Task<V1Deployment> AvailableAsync(this TestCluster cluster, string name, int replicas) =>
        Eventually.GetAsync(() => cluster.Client.AppsV1.ReadNamespacedDeploymentAsync(name, "default"),
            item => item.Status.AvailableReplicas == replicas && item.Status.Replicas == replicas, item => KubernetesJson.Serialize(item.Status));
}
