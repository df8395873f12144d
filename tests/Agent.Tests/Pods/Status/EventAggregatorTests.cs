using Orchestrator.Agent.Pods.Status;
using Xunit;

namespace Orchestrator.Agent.Tests.Pods.Status;

public sealed class EventAggregatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EventKey Key = new("uid", null, "Warning", "BackOff", "m");
    private readonly EventAggregator _aggregator = new();

    [Fact]
    public void Add_SameAgain_CountsUnderTheSameName()
    {
        Assert.Equal(("a", 1), _aggregator.Add(Key, () => "a", Start));
        Assert.Equal(("a", 2), _aggregator.Add(Key, () => "b", Start));
        Assert.Equal(("c", 1), _aggregator.Add(Key with { Message = "other" }, () => "c", Start));
    }

    [Fact]
    public void Add_TooMany_AreLeftOutUntilTimeHasPassed()
    {
        for (var i = 0; i < 25; i++)
        {
            Assert.NotNull(_aggregator.Add(Key, () => "a", Start));
        }
        Assert.Null(_aggregator.Add(Key, () => "a", Start));
        Assert.NotNull(_aggregator.Add(Key with { PodUid = "other" }, () => "b", Start));
        Assert.Equal(("a", 26), _aggregator.Add(Key, () => "a", Start.AddMinutes(5)));
    }

    [Fact]
    public void Add_Forgotten_BeginsAnew()
    {
        _aggregator.Add(Key, () => "a", Start);
        _aggregator.Forget(Key);
        Assert.Equal(("b", 1), _aggregator.Add(Key, () => "b", Start));
    }
}
