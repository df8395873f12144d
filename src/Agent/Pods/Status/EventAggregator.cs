using k8s.Models;

namespace Orchestrator.Agent.Pods.Status;

internal readonly record struct EventKey(string PodUid, string? Container, string Type, string Reason, string Message);

/// <summary>
/// Decides whether an event is new, one more of the same, or one too many. As the kubelet: the same event is counted, not repeated, and one
/// object may tell 25 at once and then one every 5 minutes.
/// </summary>
internal sealed class EventAggregator
{
    private const int Remembered = 4096;
    private const int Burst = 25;
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);

    private readonly Dictionary<EventKey, (string Name, int Count)> _written = [];
    private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _budgets = [];
    private readonly Queue<EventKey> _order = [];

    /// <returns>The event's name and how often it happened; null when it has to be left out.</returns>
    public (string Name, int Count)? Add(EventKey key, Func<string> newName, DateTimeOffset now)
    {
        if (!Spend(key.PodUid, now))
        {
            return null;
        }
        if (_written.TryGetValue(key, out var known))
        {
            return _written[key] = known with { Count = known.Count + 1 };
        }
        _order.Enqueue(key);
        if (_order.Count > Remembered)
        {
            var oldest = _order.Dequeue();
            _written.Remove(oldest);
            _budgets.Remove(oldest.PodUid);
        }
        return _written[key] = (newName(), 1);
    }

    /// <summary>The API no longer has it: the next of its kind is a new one.</summary>
    public void Forget(EventKey key) => _written.Remove(key);

    private bool Spend(string podUid, DateTimeOffset now)
    {
        var (tokens, at) = _budgets.GetValueOrDefault(podUid, (Burst, now));
        tokens = Math.Min(Burst, tokens + (now - at) / Refill);
        _budgets[podUid] = (tokens >= 1 ? tokens - 1 : tokens, now);
        return tokens >= 1;
    }
}
