using Orchestrator.Agent.Nodes.Eviction;
using Xunit;

namespace Orchestrator.Agent.Tests.Nodes.Eviction;

public sealed class EvictionPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Rank_Memory_OverRequestThenPriorityThenExcess()
    {
        EvictionCandidate[] pods =
        [
            new("within", Priority: -5, Usage: 90, Request: 100),
            new("little-over", Priority: 0, Usage: 110, Request: 100),
            new("far-over", Priority: 0, Usage: 300, Request: 100),
            new("important", Priority: 10, Usage: 900, Request: 0),
            new("system", Priority: EvictionOrder.SystemPriority, Usage: 5000, Request: 0),
        ];
        Assert.Equal(["far-over", "little-over", "important", "within"], EvictionOrder.Rank(EvictionSignals.Memory, pods).Select(pod => pod.PodUid));
        Assert.Equal(["within", "little-over", "far-over", "important"], EvictionOrder.Rank(EvictionSignals.Pids, pods).Select(pod => pod.PodUid));
    }

    [Theory]
    [InlineData("memory.available<100Mi", 100L << 20)]
    [InlineData("nodefs.available<10%", 100L)]
    [InlineData("pid.available<0.5%", 5L)]
    public void TryParse_Threshold_ComesToAnAmount(string text, long amount)
    {
        Assert.True(EvictionThreshold.TryParse(text, out var threshold));
        Assert.Equal(amount, threshold.AmountOf(1000));
        Assert.Equal(text, $"{threshold.Signal}<{threshold.Value}");
    }

    [Theory]
    [InlineData("memory.available")]
    [InlineData("memory.available>1Mi")]
    [InlineData("memory.available<-1")]
    [InlineData("memory.available<100%")]
    [InlineData("memory.free<1Mi")]
    public void TryParse_NoThreshold_IsRefused(string text) => Assert.False(EvictionThreshold.TryParse(text, out _));

    [Fact]
    public void Observe_ShortAndOver_ConditionOutlastsItByTheTransitionPeriod()
    {
        var judge = new PressureJudge([Threshold("memory.available<100"), Threshold("imagefs.available<10%")], TimeSpan.FromMinutes(5));
        Assert.Empty(judge.Observe([Reading(EvictionSignals.Memory, 100)], Now));
        Assert.Equal(NodePressure.None, judge.Pressure(Now));
        var shortage = Assert.Single(judge.Observe([Reading(EvictionSignals.Memory, 99), Reading(EvictionSignals.ImageDisk, 100)], Now));
        Assert.Equal((EvictionSignals.Memory, 100L, 99L), (shortage.Threshold.Signal, shortage.Amount, shortage.Available));
        Assert.Equal(new(Memory: true, Disk: false, Pids: false), judge.Pressure(Now));
        // It comes and goes: the period begins anew.
        judge.Observe([Reading(EvictionSignals.Memory, 500)], Now.AddMinutes(4));
        judge.Observe([Reading(EvictionSignals.Memory, 50)], Now.AddMinutes(4.5));
        Assert.True(judge.Pressure(Now.AddMinutes(9.4)).Memory);
        Assert.False(judge.Pressure(Now.AddMinutes(9.5)).Memory);
    }

    [Fact]
    public void Observe_SeveralShort_MemoryComesFirst()
    {
        var judge = new PressureJudge([Threshold("nodefs.available<50%"), Threshold("memory.available<50%")], TimeSpan.FromMinutes(5));
        Assert.Equal([EvictionSignals.Memory, EvictionSignals.NodeDisk],
            judge.Observe([Reading(EvictionSignals.NodeDisk, 1), Reading(EvictionSignals.Memory, 1)], Now).Select(shortage => shortage.Threshold.Signal));
    }

    [Theory]
    [InlineData(150, 0)]
    [InlineData(151, 0)]
    [InlineData(100, 100)]
    public void Excess_ImageDisk_IsWhatIsAboveTheLowMarkOnceTheHighOneIsReached(long available, long excess) =>
        Assert.Equal(excess, new ImageLimits(HighPercent: 86, LowPercent: 80, TimeSpan.Zero).Excess(Reading(EvictionSignals.ImageDisk, available)));

    private static SignalReading Reading(string signal, long available) => new(signal, available, 1000);

    private static EvictionThreshold Threshold(string text) => EvictionThreshold.TryParse(text, out var threshold) ? threshold : throw new FormatException(text);
}
