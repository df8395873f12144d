using Orchestrator.Agent.Metrics;
using Xunit;

namespace Orchestrator.Agent.Tests.Metrics;

public sealed class ProcMachineTests
{
    [Fact]
    public void CpuTime_IsAllButIdleAndWaiting_AndCountsGuestsOnce() =>
        Assert.Equal(TimeSpan.FromSeconds(3), ProcMachine.CpuTime("cpu  100 20 130 5000 700 10 20 20 90 9\ncpu0 1 1 1 1\nintr 5\n"));

    [Theory]
    [InlineData("")]
    [InlineData("intr 5 6 7 8 9")]
    public void CpuTime_NoSuchLine_IsUnknown(string stat) => Assert.Null(ProcMachine.CpuTime(stat));

    [Fact]
    public void WorkingSet_IsWhatIsNotAvailable() =>
        Assert.Equal(3L * 1024 * 1024, ProcMachine.WorkingSetBytes("MemTotal:        4096 kB\nMemFree: 10 kB\nMemAvailable:    1024 kB\n"));

    [Fact]
    public void WorkingSet_OldKernel_IsUnknown() => Assert.Null(ProcMachine.WorkingSetBytes("MemTotal: 4096 kB\nMemFree: 10 kB\n"));
}
