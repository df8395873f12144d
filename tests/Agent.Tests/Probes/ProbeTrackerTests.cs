using Orchestrator.Agent.Probes;
using Xunit;

namespace Orchestrator.Agent.Tests.Probes;

public sealed class ProbeTrackerTests
{
    [Theory]
    [InlineData(1, 3, true, "001000", "111110")]
    [InlineData(2, 1, false, "1011", "0001")]
    [InlineData(1, 1, false, "0101", "0101")]
    public void Add_Results_ChangeOnlyAfterEnoughInARow(int successes, int failures, bool initial, string results, string passing)
    {
        var tracker = new ProbeTracker(successes, failures, initial);
        var seen = string.Concat(results.Select(result =>
        {
            tracker.Add(result == '1');
            return tracker.Passing ? '1' : '0';
        }));
        Assert.Equal(passing, seen);
    }
}
