using System.Text;
using Orchestrator.Agent.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

public sealed class ProcessStatTests
{
    [Theory]
    [InlineData("sh")]
    [InlineData("a) R 1 (b")]
    public void Parse_ReadsPastAnyCommand(string command) => Assert.Equal(
        new ProcessStat(StartTicks: 777, CpuTicks: 1111, ResidentPages: 55),
        ProcessStat.Parse(Encoding.ASCII.GetBytes($"42 ({command}) S 1 42 42 0 -1 4194304 9 9 9 9 1 10 100 1000 20 0 1 0 777 9999 55 18446744073709551615 1 1\n")));

    [Theory]
    [InlineData("")]
    [InlineData("42 (sh) S 1 2 3")]
    [InlineData("42 (sh) S 1 42 42 0 -1 4194304 9 9 9 9 x 10 100 1000 20 0 1 0 777 9999 55 1")]
    public void Parse_NoStat_IsNothing(string text) => Assert.Null(ProcessStat.Parse(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Time_IsOfHundredthsOfASecond() => Assert.Equal(TimeSpan.FromSeconds(1.5), ProcessStat.Time(150));
}
