using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Waits, by watching, until an object is as it should be.</summary>
internal static class Waiter
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(1);

    /// <param name="done">Judges the object; null means that it doesn't exist. May throw when it never will be as it should.</param>
    /// <param name="observe">Sees each state, for progress.</param>
    /// <param name="describe">What the last state lacks, for the error of a timeout.</param>
    /// <returns>The object when it was as it should be.</returns>
    /// <exception cref="ClusterException">Timeout.</exception>
    public static async Task<JsonObject?> UntilAsync(
        ClusterClient client, ObjectTarget target, TimeSpan timeout,
        Func<JsonObject?, bool> done, Action<JsonObject?> observe, Func<JsonObject?, string> describe, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        JsonObject? current = null;
        var told = false;
        try
        {
            await foreach (var change in client.WatchAsync(target.Kind, target.Namespace, ListQuery.Named(target.Name), either.Token))
            {
                told |= change.IsSynced;
                if (!change.IsSynced)
                {
                    current = change.Type == WatchEvent.Deleted ? null : change.Object;
                }

                if (told)
                {
                    observe(current);
                    if (done(current))
                    {
                        return current;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ClusterException("Timeout", ErrorCategory.OperationTimeout, $"After {timeout.TotalSeconds:0.#} s: {describe(current)}.")
            {
                Target = target.ToString(),
                Advice = "Give a longer -Timeout, or look at Get-ClusterEvent.",
            };
        }

        return current;
    }
}
