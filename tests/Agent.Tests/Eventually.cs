using System.Runtime.CompilerServices;
using Xunit;

namespace Orchestrator.Agent.Tests;

/// <summary>A bounded wait for a state that other processes bring about; fails with what the state was.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public static Task<T> SeesAsync<T>(Func<T> read, Func<T, bool> wanted, [CallerArgumentExpression(nameof(wanted))] string what = "") =>
        SeesAsync(read, wanted, state => $"{state}", what);

    public static async Task<T> SeesAsync<T>(
        Func<T> read, Func<T, bool> wanted, Func<T, string> show, [CallerArgumentExpression(nameof(wanted))] string what = "", TimeSpan? limit = null)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (true)
        {
            var state = read();
            if (wanted(state))
            {
                return state;
            }
            if (time.GetElapsedTime(began) > (limit ?? Limit))
            {
                Assert.Fail($"never saw {what}; the last state was {show(state)}");
            }
            await Task.Delay(Look, time, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Tries until it does not fail in this way any more.</summary>
    public static async Task<T> ReturnsAsync<T>(Func<Task<T>> attempt, Func<Exception, bool> expected)
    {
        var time = TimeProvider.System;
        for (var began = time.GetTimestamp(); ; await Task.Delay(Look, time, TestContext.Current.CancellationToken))
        {
            try
            {
                return await attempt();
            }
            catch (Exception e) when (expected(e) && time.GetElapsedTime(began) < Limit)
            {
            }
        }
    }
}
