using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;

namespace Orchestrator.Cmdlets;

/// <summary>Waits for the end of a rollout.</summary>
internal static class RolloutWait
{
    /// <exception cref="ClusterException">It failed, the Deployment is gone, or the time is over.</exception>
    public static async Task<JsonObject> RunAsync(
        ClusterClient client, ObjectTarget target, TimeSpan timeout, Action<string, int> progress, CancellationToken cancellationToken)
    {
        var item = await Waiter.UntilAsync(
            client, target, timeout,
            item =>
            {
                var status = Status(item, target);
                return status.Failed ? throw ClusterException.Wait("RolloutFailed", $"{status.Message}.") : status.Done;
            },
            item => progress(Status(item, target).Message, Percent(item)),
            item => Status(item, target).Message,
            cancellationToken);
        return item ?? throw Gone(target);
    }

    private static RolloutStatus Status(JsonObject? item, ObjectTarget target) =>
        item is null ? throw Gone(target) : RolloutStatus.Of((V1Deployment)ModelJson.Decode(item, typeof(V1Deployment)));

    private static int Percent(JsonObject? item)
    {
        var desired = (int?)item?["spec"]?["replicas"] ?? 1;
        return desired <= 0 ? -1 : Math.Clamp(((int?)item?["status"]?["availableReplicas"] ?? 0) * 100 / desired, 0, 100);
    }

    private static ClusterException Gone(ObjectTarget target) => ClusterException.Wait("NotFound,Deployment", $"{target} does not exist.");
}
