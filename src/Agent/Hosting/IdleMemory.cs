namespace Orchestrator.Agent.Hosting;

/// <summary>
/// Gives back what a busy time has left: the collector keeps room for as much again as was used at once, and where little is made it has no
/// occasion to let go of it. An agent is to take little from the machine that it keeps for its pods.
/// </summary>
internal sealed class IdleMemory(TimeProvider time, Action<Exception> failed)
{
    /// <summary>Made within a turn; more, and it is not calm.</summary>
    internal const long CalmBytes = 4 << 20;
    /// <summary>Made since it was given back last; less is not worth the work.</summary>
    internal const long WorthBytes = 8 << 20;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private long _made;
    private long _givenBack;

    public Task RunAsync(CancellationToken cancellationToken) => PeriodicLoop.RunAsync(Every, time, LookAsync, failed, cancellationToken);

    /// <summary>Asked once a turn.</summary>
    /// <param name="made">Bytes that were ever made.</param>
    internal bool IsDue(long made)
    {
        var isCalm = made - _made < CalmBytes;
        _made = made;
        if (!isCalm || made - _givenBack < WorthBytes)
        {
            return false;
        }
        _givenBack = made;
        return true;
    }

    private Task LookAsync(CancellationToken cancellationToken)
    {
        if (IsDue(GC.GetTotalAllocatedBytes()))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        return Task.CompletedTask;
    }
}
