using System.Collections.Concurrent;

namespace Orchestrator.Cmdlets;

/// <summary>Candidates for completion that never keep a person waiting: two seconds at most, and a short memory.</summary>
internal static class CompleterSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<string, (DateTimeOffset Until, IReadOnlyList<string> Values)> Cache = new(StringComparer.Ordinal);

    public static IReadOnlyList<string> Get(string key, Func<CancellationToken, Task<IReadOnlyList<string>>> load)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (Cache.TryGetValue(key, out var known) && known.Until > now)
        {
            return known.Values;
        }

        using var limit = new CancellationTokenSource(Patience);
        try
        {
            // On the pool: a completer runs on the thread of the prompt, which must come back whatever the network does.
            var task = Task.Run(() => load(limit.Token), limit.Token);
            var values = task.Wait(Patience) ? task.Result : [];
            Cache[key] = (now + Memory, values);
            return values;
        }
        catch (Exception exception) when (exception is AggregateException or OperationCanceledException)
        {
            // No cluster, no candidates: an error has no place in the middle of a line that is being typed.
            return [];
        }
    }
}
