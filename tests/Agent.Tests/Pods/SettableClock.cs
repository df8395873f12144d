namespace Orchestrator.Agent.Tests.Pods;

/// <summary>A machine's clock that somebody sets, while time passes as ever.</summary>
internal sealed class SettableClock : TimeProvider
{
    private long _ticks;

    public void Move(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
}
