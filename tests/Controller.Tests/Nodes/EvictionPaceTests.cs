using Microsoft.Extensions.Time.Testing;
using Orchestrator.Controller.Nodes;
using Xunit;

namespace Orchestrator.Controller.Tests.Nodes;

public sealed class EvictionPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0, 10, false)]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, false)]
    [InlineData(5, 10, false)]
    [InlineData(6, 10, true)]
    public void IsHeld_WhenMostAreDark(int dark, int all, bool held) => Assert.Equal(held, Pace(1).IsHeld(dark, all));

    [Fact]
    public void Ask_OneAfterAnother_KeepsThePace()
    {
        var pace = Pace(0.5);
        Assert.Null(pace.Ask(1, 10));
        Assert.Equal(TimeSpan.FromSeconds(2), pace.Ask(2, 10));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(TimeSpan.FromSeconds(0.5), pace.Ask(2, 10));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(pace.Ask(2, 10));
    }

    [Fact]
    public void Ask_Held_WaitsAndGoesOnWhenOthersAreBack()
    {
        var pace = Pace(1);
        Assert.NotNull(pace.Ask(9, 10));
        Assert.Null(pace.Ask(3, 10));
    }

    private EvictionPace Pace(double nodesPerSecond) => new(nodesPerSecond, 0.55, _time);
}
