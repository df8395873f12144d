using System.Collections.Concurrent;

namespace Orchestrator.Model.Daemons;

/// <summary>How soon a pod that fails again and again on a node is replaced: at once, then after 1 s, doubled to 15 min. Source: Kubernetes' DaemonSet controller.</summary>
public sealed class FailedPodBackOff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<(string Set, string Node), (TimeSpan Pause, long At)> _pauses = new();

    /// <summary>How long yet to wait; zero or less for not.</summary>
    public TimeSpan Left(string set, string node) => _pauses.TryGetValue((set, node), out var last) ? last.Pause - time.GetElapsedTime(last.At) : TimeSpan.Zero;

    /// <summary>A pod is replaced now.</summary>
    public void Note(string set, string node)
    {
        var now = time.GetTimestamp();
        // What has run for long enough starts over; and what is gone is not kept for ever.
        foreach (var (key, last) in _pauses)
        {
            if (time.GetElapsedTime(last.At, now) > 2 * Longest)
            {
                _pauses.TryRemove(KeyValuePair.Create(key, last));
            }
        }
        _pauses.AddOrUpdate((set, node), (First, now), (_, last) => (last.Pause * 2 < Longest ? last.Pause * 2 : Longest, now));
    }
}
