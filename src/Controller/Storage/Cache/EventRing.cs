namespace Orchestrator.Controller.Storage.Cache;

/// <summary>
/// The latest changes of one kind. Watchers pull from it at their own pace: a slow one holds nobody, it only falls out of the ring and goes
/// on from the log. Used under the cache's lock.
/// </summary>
internal sealed class EventRing
{
    /// <summary>Changes kept. A watcher that is further behind reads the database instead.</summary>
    public const int Capacity = 4096;

    private CachedEvent[] _items = new CachedEvent[64];
    private long _written;
    private TaskCompletionSource _signal = NewSignal();

    /// <summary>The ring has every change after this revision.</summary>
    public long Floor { get; set; }

    /// <summary>Completes with the next change.</summary>
    public Task Changed => _signal.Task;

    public void Append(CachedEvent change)
    {
        if (_written >= _items.Length && _items.Length < Capacity)
        {
            Grow();
        }
        ref var slot = ref _items[_written % _items.Length];
        if (_written >= _items.Length)
        {
            Floor = slot.Revision;
        }
        slot = change;
        _written++;
    }

    /// <summary>Wakes the watchers; once a batch, not once a change.</summary>
    public void Signal()
    {
        var signal = _signal;
        _signal = NewSignal();
        signal.SetResult();
    }

    /// <summary>The changes after a revision; null when the ring no longer has them all.</summary>
    public List<CachedEvent>? After(long revision)
    {
        if (revision < Floor)
        {
            return null;
        }
        var count = Math.Min(_written, _items.Length);
        var first = _written - count;
        // Revisions ascend, so the first newer one is found by halving.
        var (low, high) = (first, _written);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_items[middle % _items.Length].Revision > revision)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        var result = new List<CachedEvent>((int)(_written - low));
        for (var i = low; i < _written; i++)
        {
            result.Add(_items[i % _items.Length]);
        }
        return result;
    }

    private void Grow()
    {
        var larger = new CachedEvent[_items.Length * 2];
        for (var i = _written - _items.Length; i < _written; i++)
        {
            larger[i % larger.Length] = _items[i % _items.Length];
        }
        _items = larger;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
