using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Waits for a workload to come where it is to be.</summary>
internal static class WorkloadWait
{
    /// <exception cref="ClusterException">It failed, it is gone, or the time is over.</exception>
    public static async Task<JsonObject> RunAsync(
        ClusterClient client, ObjectTarget target, TimeSpan timeout, Func<JsonObject, RolloutStatus> judge, Action<string> progress, CancellationToken cancellationToken)
    {
        RolloutStatus Status(JsonObject? item) => judge(item ?? throw Gone(target));
        var item = await Waiter.UntilAsync(
            client, target, timeout,
            item =>
            {
                var status = Status(item);
                return status.Failed ? throw ClusterException.Wait($"{target.Kind.Kind}Failed", $"{status.Message}.") : status.Done;
            },
            item => progress(Status(item).Message),
            item => Status(item).Message,
            cancellationToken);
        return item ?? throw Gone(target);
    }

    private static ClusterException Gone(ObjectTarget target) => ClusterException.Wait($"NotFound,{target.Kind.Kind}", $"{target} does not exist.");
}
