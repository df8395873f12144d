using Orchestrator.Model;

namespace Orchestrator.Controller.Reconciling;

/// <summary>
/// Keys that want work. A key is held once however often it is added; one that is added while it is worked on comes again afterwards; none is
/// worked on twice at a time. Delays and back-off are kept per key; one whose work takes long rests before it comes again, so that it can't keep
/// others from the processor however often it changes.
/// </summary>
internal sealed class WorkQueue(TimeProvider time) : IDisposable
{
    /// <summary>First pause after a failure; doubles to the longest.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Work that takes longer is followed by a rest of twice the time, up to the longest.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly Queue<ObjectKey> _ready = new();
    private readonly HashSet<ObjectKey> _dirty = [];
    /// <summary>Since when.</summary>
    private readonly Dictionary<ObjectKey, long> _working = [];
    private readonly Dictionary<ObjectKey, int> _failures = [];
    private readonly Dictionary<ObjectKey, ITimer> _delayed = [];
    private readonly Dictionary<ObjectKey, ITimer> _resting = [];
    private readonly SemaphoreSlim _available = new(0);
    private bool _disposed;

    public void Add(ObjectKey key)
    {
        lock (_lock)
        {
            if (_disposed || !_dirty.Add(key) || _working.ContainsKey(key))
            {
                return;
            }
            _ready.Enqueue(key);
        }
        _available.Release();
    }

    /// <summary>Adds the key after a while; replaces a time that was set for it before.</summary>
    public void AddAfter(ObjectKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }
            if (_delayed.Remove(key, out var old))
            {
                old.Dispose();
            }
            _delayed[key] = time.CreateTimer(_ => Due(key), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    public async Task<ObjectKey> TakeAsync(CancellationToken cancellationToken)
    {
        await _available.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            var key = _ready.Dequeue();
            _dirty.Remove(key);
            _working.Add(key, time.GetTimestamp());
            return key;
        }
    }

    /// <summary>Ends the work on a key.</summary>
    /// <param name="key">The key taken.</param>
    /// <param name="failed">True: it comes again after its back-off.</param>
    public void Done(ObjectKey key, bool failed)
    {
        var again = false;
        lock (_lock)
        {
            var took = time.GetElapsedTime(_working[key]);
            _working.Remove(key);
            if (_dirty.Contains(key) && !_disposed)
            {
                again = took <= Quick;
                if (again)
                {
                    _ready.Enqueue(key);
                }
                else
                {
                    // It stays marked as wanting work: what is added meanwhile is this same work.
                    _resting[key] = time.CreateTimer(_ => Rested(key), null, took * 2 < LongestRest ? took * 2 : LongestRest, Timeout.InfiniteTimeSpan);
                }
            }
            if (!failed)
            {
                _failures.Remove(key);
            }
        }
        if (again)
        {
            _available.Release();
        }
        if (failed)
        {
            AddAfter(key, Pause(key));
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var timer in _delayed.Values.Concat(_resting.Values))
            {
                timer.Dispose();
            }
            _delayed.Clear();
            _resting.Clear();
        }
        _available.Dispose();
    }

    private void Rested(ObjectKey key)
    {
        lock (_lock)
        {
            if (_disposed || !_resting.Remove(key, out var timer))
            {
                return;
            }
            timer.Dispose();
            _ready.Enqueue(key);
            // Within the lock: it is not disposed of meanwhile.
            _available.Release();
        }
    }

    private void Due(ObjectKey key)
    {
        lock (_lock)
        {
            if (_delayed.Remove(key, out var timer))
            {
                timer.Dispose();
            }
        }
        Add(key);
    }

    private TimeSpan Pause(ObjectKey key)
    {
        int failures;
        lock (_lock)
        {
            _failures[key] = failures = _failures.GetValueOrDefault(key) + 1;
        }
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 16));
        pause = pause < LongestPause ? pause : LongestPause;
        // Jitter, so that keys that failed together don't come back together.
        return pause * (0.75 + (Random.Shared.NextDouble() * 0.5));
    }
}
