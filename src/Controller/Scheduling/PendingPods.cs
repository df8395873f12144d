using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

/// <summary>
/// Pods that wait for a node: those to be tried now, the most urgent first, and those that fit nowhere and wait for a change that could help
/// them. Pure but for the clock that is passed in.
/// </summary>
internal sealed class PendingPods
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ObjectKey, Entry> _entries = [];
    private readonly Dictionary<PodClass, HashSet<Entry>> _parked = [];
    private readonly PriorityQueue<Entry, (int Urgency, long Turn)> _active = new();
    private readonly PriorityQueue<Entry, DateTimeOffset> _woken = new();
    private long _turns;

    public int Count => _entries.Count;

    /// <summary>Takes a pod in, or its newer version.</summary>
    public void Add(PodInfo pod)
    {
        if (_entries.TryGetValue(pod.Key, out var old))
        {
            if (old.Pod.Uid == pod.Uid && old.Pod.Class == pod.Class)
            {
                // A status write is no reason to try again.
                old.Pod = pod;
                return;
            }
            Remove(pod.Key);
        }
        var entry = new Entry(pod);
        _entries[pod.Key] = entry;
        pod.Class.Users++;
        Activate(entry);
    }

    public PodInfo? Find(ObjectKey key) => _entries.GetValueOrDefault(key)?.Pod;

    public bool Remove(ObjectKey key)
    {
        if (!_entries.Remove(key, out var entry))
        {
            return false;
        }
        entry.Pod.Class.Users--;
        entry.Gone = true;
        Unpark(entry);
        return true;
    }

    /// <summary>The next pod to try; null when there is none.</summary>
    public PodInfo? Take()
    {
        while (_active.TryDequeue(out var entry, out _))
        {
            if (!entry.Gone)
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
        entry.NotBefore = now + (pause < LongestPause ? pause : LongestPause);
        if (!_parked.TryGetValue(pod.Class, out var kin))
        {
            _parked[pod.Class] = kin = [];
        }
        kin.Add(entry);
        var news = entry.Explanation != explanation;
        entry.Explanation = explanation;
        return news;
    }

    /// <summary>Something changed: the pods of the classes that it could help are tried again, as soon as their pause is over.</summary>
    public void Wake(Func<PodClass, bool> couldHelp)
    {
        foreach (var (one, kin) in _parked.Where(pair => couldHelp(pair.Key)).ToArray())
        {
            _parked.Remove(one);
            foreach (var entry in kin)
            {
                _woken.Enqueue(entry, entry.NotBefore);
            }
        }
    }

    /// <summary>Makes active what was woken and whose pause is over.</summary>
    /// <returns>When the next one is due; null when none is.</returns>
    public DateTimeOffset? Release(DateTimeOffset now)
    {
        while (_woken.TryPeek(out var entry, out var due))
        {
            if (due > now && !entry.Gone)
            {
                return due;
            }
            _woken.Dequeue();
            if (!entry.Gone)
            {
                Activate(entry);
            }
        }
        return null;
    }

    private void Activate(Entry entry) => _active.Enqueue(entry, (-entry.Pod.Class.Priority, _turns++));

    private void Unpark(Entry entry)
    {
        if (_parked.TryGetValue(entry.Pod.Class, out var kin) && kin.Remove(entry) && kin.Count == 0)
        {
            _parked.Remove(entry.Pod.Class);
        }
    }

    private sealed class Entry(PodInfo pod)
    {
        public PodInfo Pod { get; set; } = pod;
        public int Tries { get; set; }
        public DateTimeOffset NotBefore { get; set; }
        public string Explanation { get; set; } = "";
        public bool Gone { get; set; }
    }
}
