namespace Orchestrator.Controller.Nodes;

/// <summary>
/// How fast nodes that went dark are emptied: so many a second, and none while most are dark, because then it is more likely us who see nothing.
/// Source: Kubernetes documentation, "Nodes", rate limits on eviction.
/// </summary>
internal sealed class EvictionPace(double nodesPerSecond, double heldFraction, TimeProvider time)
{
    /// <summary>So few dark nodes are no sign of a fault that is not theirs, unless they are all.</summary>
    private const int FewNodes = 2;
    private static readonly TimeSpan HeldPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long? _last;

    public bool IsHeld(int dark, int all) => dark > 0 && (dark >= all || (dark > FewNodes && dark >= all * heldFraction));

    /// <summary>Asks to empty one node.</summary>
    /// <returns>Null when it may be now, and counts as done; else when to ask again.</returns>
    public TimeSpan? Ask(int dark, int all)
    {
        if (IsHeld(dark, all))
        {
            return HeldPause;
        }
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var left = _last is { } last ? TimeSpan.FromSeconds(1 / nodesPerSecond) - time.GetElapsedTime(last, now) : TimeSpan.Zero;
            if (left > TimeSpan.Zero)
            {
                return left;
            }
            _last = now;
            return null;
        }
    }
}
