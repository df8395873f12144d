namespace Orchestrator.Controller.Reconciling;

/// <summary>
/// A clock that goes evenly forward, however the machine's is set meanwhile: for how long something waits or is kept. Its times mean something in this
/// process only; what is written into objects is the wall clock's.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _began = time.GetTimestamp();

    public DateTimeOffset Now => _start + time.GetElapsedTime(_began);
}
