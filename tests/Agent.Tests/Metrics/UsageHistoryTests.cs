using Orchestrator.Agent.Metrics;
using Orchestrator.Agent.Runtimes;
using Xunit;

namespace Orchestrator.Agent.Tests.Metrics;

public sealed class UsageHistoryTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(15_000, 15_000, 1_000_000_000)]
    [InlineData(30_000, 15_000, 2_000_000_000)]
    [InlineData(1, 15_000, 66_666)]
    [InlineData(0, 15_000, 0)]
    [InlineData(-10, 15_000, 0)]
    [InlineData(10, 0, 0)]
    public void Nanocores_IsTimeUsedPerTimePassed(int usedMilliseconds, int windowMilliseconds, long expected) => Assert.Equal(
        expected, UsageHistory.Nanocores(TimeSpan.FromMilliseconds(usedMilliseconds), TimeSpan.FromMilliseconds(windowMilliseconds)));

    [Fact]
    public void Report_OneSample_TellsOfNoNodeAndOfNoOldContainer()
    {
        var report = UsageHistory.Report([Sample(100, machine: 50, ("a", -3600, 900, 7))]);

        Assert.Null(report.Node);
        Assert.Empty(report.Containers);
    }

    [Fact]
    public void Report_NewContainer_IsMeasuredFromItsStart()
    {
        var report = UsageHistory.Report([Sample(100, machine: 50, ("a", 96, 1, 7))]);

        var usage = Assert.Single(report.Containers).Usage;
        Assert.Equal((TimeSpan.FromSeconds(4), 250_000_000, 7), (usage.Window, usage.CpuNanocores, usage.MemoryBytes));
    }

    [Fact]
    public void Report_SamplesCloseTogether_MeasuresAgainstTheOneThatIsOldEnough()
    {
        var report = UsageHistory.Report([
            Sample(100, machine: 10, ("a", -3600, 100, 1)),
            Sample(115, machine: 25, ("a", -3600, 103, 2)),
            Sample(128, machine: 25, ("a", -3600, 103, 2)),
            Sample(130, machine: 40, ("a", -3600, 106, 3))]);

        var usage = Assert.Single(report.Containers).Usage;
        Assert.Equal((TimeSpan.FromSeconds(15), 200_000_000, 3), (usage.Window, usage.CpuNanocores, usage.MemoryBytes));
        Assert.Equal((TimeSpan.FromSeconds(15), 1_000_000_000), (report.Node!.Window, report.Node.CpuNanocores)); // Measured twice.
    }

    [Fact]
    public void Report_ContainerThatEnded_IsLeftOut() =>
        Assert.Empty(UsageHistory.Report([Sample(100, machine: 10, ("a", 90, 1, 1)), Sample(115, machine: 25)]).Containers);

    [Fact]
    public void Report_NothingLatelyToMeasureAgainst_TellsNothing() =>
        Assert.Null(UsageHistory.Report([Sample(100, machine: 10), Sample(200, machine: 25)]).Node);

    private static UsageSample Sample(int seconds, int machine, params (string Id, int Started, int CpuSeconds, long Memory)[] containers) => new(
        Begin.AddSeconds(seconds), TimeSpan.FromSeconds(seconds), new(TimeSpan.FromSeconds(machine), 1),
        [.. containers.Select(one => new MeasuredContainer(
            new()
            {
                Id = one.Id, PodUid = "uid", Name = one.Id, Attempt = 0, Image = "i", ImageId = "i", State = ContainerState.Running,
                CreatedAt = Begin.AddSeconds(one.Started), StartedAt = Begin.AddSeconds(one.Started),
            },
            new(one.Id, TimeSpan.FromSeconds(one.CpuSeconds), one.Memory)))]);
}
