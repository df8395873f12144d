using k8s;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests.Streams;

/// <summary>A pod to go into: it serves its files over HTTP on port 8080 and lives until it is told to end.</summary>
internal static class StreamPod
{
    public static async Task<V1Pod> StartAsync(TestCluster cluster, string name, string? script = null)
    {
        await cluster.Client.CoreV1.CreateNamespacedPodAsync(new V1Pod
        {
            Metadata = new() { Name = name, Labels = new Dictionary<string, string> { ["streams"] = name } },
            Spec = new()
            {
                RestartPolicy = "Never",
                TerminationGracePeriodSeconds = 1,
                Containers =
                [
                    new()
                    {
                        Name = "main", Image = "host", Ports = [new() { Name = "web", ContainerPort = 8080 }],
                        Command = ["sh", "-c", script ?? "mkdir www; echo welcome >www/index.html; exec busybox httpd -f -p $POD_IP:8080 -h www"],
                    },
                ],
            },
        }, "default", cancellationToken: TestContext.Current.CancellationToken);
        return await Eventually.GetAsync(
            () => cluster.Client.CoreV1.ReadNamespacedPodAsync(name, "default"),
            pod => pod.Status?.ContainerStatuses?.FirstOrDefault()?.Ready == true,
            pod => KubernetesJson.Serialize(pod.Status));
    }
}
