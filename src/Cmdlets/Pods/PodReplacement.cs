using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Follows a pod's replacement by another.</summary>
internal sealed class PodReplacement(ClusterClient client, ObjectTarget target, TimeSpan timeout, Action<string> progress)
{
    /// <summary>The UID of what controls the pod, or null.</summary>
    public static string? OwnerOf(JsonObject pod) => (pod["metadata"]?["ownerReferences"] as JsonArray ?? [])
        .Where(owner => (bool?)owner?["controller"] == true).Select(owner => (string?)owner?["uid"]).FirstOrDefault();

    /// <summary>The same pod as its author wrote it: without what the server and its last life added.</summary>
    public static JsonObject Anew(JsonObject pod)
    {
        var made = (JsonObject)pod.DeepClone();
        made.Remove("status");
        if (made["metadata"] is JsonObject metadata)
        {
            foreach (var field in metadata.Select(pair => pair.Key).Except(["name", "namespace", "labels", "annotations"]).ToList())
            {
                metadata.Remove(field);
            }
        }

        (made["spec"] as JsonObject)?.Remove("nodeName");
        return made;
    }

    /// <summary>UIDs of all pods that this controls now.</summary>
    public async Task<HashSet<string>> SiblingsAsync(string owner, CancellationToken cancellationToken)
    {
        HashSet<string> found = [];
        await foreach (var pod in client.ListAsync(target.Kind, target.Namespace, ListQuery.Everything, cancellationToken))
        {
            if (OwnerOf(pod) == owner)
            {
                found.Add(Uid(pod));
            }
        }

        return found;
    }

    public Task GoneAsync(JsonObject pod, CancellationToken cancellationToken) => Waiter.UntilAsync(
        client, target, timeout, item => item is null || Uid(item) != Uid(pod), _ => progress("ending"), _ => $"{target} still exists", cancellationToken);

    /// <summary>Waits for a pod that was not there before, is the owner's (or is itself the one named), and is Ready.</summary>
    /// <exception cref="ClusterException">Timeout, or it failed.</exception>
    public async Task<JsonObject> ReadyAsync(string owner, IReadOnlySet<string> before, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var last = "no replacement yet";
        try
        {
            await foreach (var change in client.WatchAsync(target.Kind, target.Namespace, ListQuery.Everything, either.Token))
            {
                if (change.IsSynced || before.Contains(Uid(change.Object)) || (OwnerOf(change.Object) != owner && Uid(change.Object) != owner))
                {
                    continue;
                }

                var pod = new Pod(target.Kind, change.Object, "");
                last = $"{pod.Name} is {pod.Status}";
                progress(last);
                if (change.Type != WatchEvent.Deleted && (pod.IsReady || pod.Phase == "Succeeded"))
                {
                    return change.Object;
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ClusterException("Timeout", ErrorCategory.OperationTimeout, $"After {timeout.TotalSeconds:0.#} s: {last}.")
            {
                Target = target.ToString(),
                Advice = "Give a longer -Timeout, or look at Get-ClusterEvent.",
            };
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private static string Uid(JsonObject pod) => (string?)pod["metadata"]?["uid"] ?? "";
}
