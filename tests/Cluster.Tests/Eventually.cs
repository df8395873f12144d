using Xunit;

namespace Orchestrator.Cluster.Tests;

/// <summary>Bounded waits that poll a state, and show it when they give up.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> wanted, Func<T, string> show, double seconds = 60)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var state = await read();
            if (wanted(state))
            {
                return state;
            }
            if (TimeProvider.System.GetElapsedTime(start).TotalSeconds > seconds)
            {
                throw new TimeoutException($"it never became as wanted; it is {show(state)}");
            }
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
