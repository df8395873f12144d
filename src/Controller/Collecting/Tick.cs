namespace Orchestrator.Controller.Collecting;

internal static class Tick
{
    /// <summary>True at the next tick, false when the work is to end.</summary>
    public static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
