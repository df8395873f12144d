namespace Orchestrator.Agent.Hosting;

/// <summary>Does something at once and then every so often; what fails is told and tried again at the next turn.</summary>
internal static class PeriodicLoop
{
    public static async Task RunAsync(
        TimeSpan period, TimeProvider time, Func<CancellationToken, Task> turn, Action<Exception> failed, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, time);
        do
        {
            try
            {
                await turn(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
