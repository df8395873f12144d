using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>
/// Pods that wait for a node: those to be tried now, and those that fit nowhere and wait for a change that could help them. Pure but for the
/// clock that is passed in.
/// </summary>
internal sealed class PendingPods
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ObjectKey, Entry> _entries = [];
    private readonly Queue<ObjectKey> _active = new();

    /// <summary>Takes a pod in, or its newer version.</summary>
    public void Add(PodInfo pod)
    {
        if (_entries.TryGetValue(pod.Key, out var old))
        {
            if (old.Pod.Uid == pod.Uid && old.Pod.Spec.Tolerations?.Count == pod.Spec.Tolerations?.Count)
            {
                // Of a waiting pod only tolerations change, and are only added to. A status write of ours is no reason to try again.
                return;
            }
        }
        _entries[pod.Key] = new(pod);
        _active.Enqueue(pod.Key);
    }

    public void Remove(ObjectKey key) => _entries.Remove(key);

    /// <summary>The next pod to try; null when there is none.</summary>
    public PodInfo? Take()
    {
        while (_active.TryDequeue(out var key))
        {
            if (_entries.TryGetValue(key, out var entry) && !entry.Parked)
            {
                return entry.Pod;
            }
        }
        return null;
    }

    /// <summary>The pod fits nowhere: it waits, for a longer time after each try.</summary>
    /// <returns>True when the explanation is another than last time.</returns>
    public bool Park(PodInfo pod, string explanation, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(pod.Key, out var entry))
        {
            return false;
        }
        var pause = FirstPause * Math.Pow(2, Math.Min(entry.Tries, 10));
        entry.Tries++;
        entry.Parked = true;
        entry.NotBefore = now + (pause < LongestPause ? pause : LongestPause);
        var news = entry.Explanation != explanation;
        entry.Explanation = explanation;
        return news;
    }

    /// <summary>Something changed that could help: those whose pause is over are tried again, the others when it is.</summary>
    public void Wake()
    {
        foreach (var entry in _entries.Values.Where(entry => entry.Parked))
        {
            entry.Woken = true;
        }
    }

    /// <summary>Makes active what was woken and whose pause is over.</summary>
    /// <returns>When the next one is due; null when none is.</returns>
    public DateTimeOffset? Release(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var (key, entry) in _entries)
        {
            if (!entry.Woken)
            {
                continue;
            }
            if (entry.NotBefore <= now)
            {
                (entry.Woken, entry.Parked) = (false, false);
                _active.Enqueue(key);
            }
            else
            {
                next = next is null || entry.NotBefore < next ? entry.NotBefore : next;
            }
        }
        return next;
    }

    private sealed class Entry(PodInfo pod)
    {
        public PodInfo Pod { get; } = pod;
        public int Tries { get; set; }
        public bool Parked { get; set; }
        public bool Woken { get; set; }
        public DateTimeOffset NotBefore { get; set; }
        public string Explanation { get; set; } = "";
    }
}
