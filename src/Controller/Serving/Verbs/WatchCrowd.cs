using System.Collections.Concurrent;

namespace Orchestrator.Controller.Serving.Verbs;

/// <summary>
/// Where many watch one kind, each change would wake them all for a line each. They gather what comes within a beat instead: a change is at most
/// that much later, and costs a fraction. Few watchers get every change at once.
/// </summary>
internal sealed class WatchCrowd(TimeProvider time)
{
    /// <summary>More watchers of a kind than this are a crowd.</summary>
    public const int Few = 64;
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(15);
    private readonly ConcurrentDictionary<string, Watchers> _kinds = new(StringComparer.Ordinal);

    /// <summary>One more watcher, until it is disposed of.</summary>
    public Watcher Enter(string resource) => new(_kinds.GetOrAdd(resource, static (_, clock) => new(clock), time));

    internal sealed class Watcher : IDisposable
    {
        private readonly Watchers _all;

        public Watcher(Watchers all)
        {
            _all = all;
            Interlocked.Increment(ref all.Count);
        }

        /// <summary>Called when there is a change: returns when it is time to read what there is.</summary>
        public Task GatherAsync() => Volatile.Read(ref _all.Count) <= Few ? Task.CompletedTask : _all.NextBeat();

        public void Dispose() => Interlocked.Decrement(ref _all.Count);
    }

    internal sealed class Watchers(TimeProvider time)
    {
        public int Count;
        private readonly Lock _lock = new();
        private TaskCompletionSource? _beat;
        private ITimer? _timer;

        public Task NextBeat()
        {
            lock (_lock)
            {
                if (_beat is null)
                {
                    _beat = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    _timer ??= time.CreateTimer(static state => ((Watchers)state!).Strike(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    _timer.Change(Beat, Timeout.InfiniteTimeSpan);
                }
                return _beat.Task;
            }
        }

        private void Strike()
        {
            TaskCompletionSource? beat;
            lock (_lock)
            {
                (beat, _beat) = (_beat, null);
            }
            beat?.SetResult();
        }
    }
}
