namespace Orchestrator.Agent.Pods;

/// <summary>Notices when the wall clock is set: it then goes further, or less far, than time passes.</summary>
internal sealed class ClockWatch(TimeProvider time)
{
    /// <summary>Less than this is a clock that is slowed or hurried into line; it adds up until it is more.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private DateTimeOffset _wall = time.GetUtcNow();
    private long _timestamp = time.GetTimestamp();

    /// <summary>How far the clock was set since this was asked last; zero when it was not.</summary>
    public TimeSpan Moved()
    {
        var (wall, timestamp) = (time.GetUtcNow(), time.GetTimestamp());
        var moved = wall - _wall - time.GetElapsedTime(_timestamp, timestamp);
        if (moved.Duration() < Slack)
        {
            return TimeSpan.Zero;
        }
        (_wall, _timestamp) = (wall, timestamp);
        return moved;
    }
}
