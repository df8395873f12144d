using CsCheck;
using Orchestrator.Agent.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

public sealed class AddressPoolTests
{
    [Fact]
    public void TryAllocate_Range_GivesEachOnceWithoutFirstAndLast()
    {
        var pool = new AddressPool("127.64.3.0/29");
        var all = Enumerable.Range(0, 6).Select(_ => pool.TryAllocate()).ToList();
        Assert.Equal(["127.64.3.1", "127.64.3.2", "127.64.3.3", "127.64.3.4", "127.64.3.5", "127.64.3.6"], all);
        Assert.Null(pool.TryAllocate());
    }

    [Fact]
    public void TryAllocate_AfterReturn_UsesThatAddressLast()
    {
        var pool = new AddressPool("127.64.3.0/29");
        pool.Return(pool.TryAllocate() ?? "");
        Assert.Equal("127.64.3.2", pool.TryAllocate());
    }

    [Fact]
    public void TryAllocate_AnyOrderOfTakingAndReturning_NeverGivesOneTwice() => Gen.Int[0, 3].Array[0, 200].Sample(steps =>
    {
        var pool = new AddressPool("127.64.3.0/28");
        var held = new List<string>();
        foreach (var step in steps)
        {
            if (step == 0 && held.Count > 0)
            {
                pool.Return(held[0]);
                held.RemoveAt(0);
            }
            else if (pool.TryAllocate() is { } address)
            {
                held.Add(address);
            }
        }
        return held.Distinct().Count() == held.Count && held.Count <= 14;
    });

    [Theory]
    [InlineData("127.64.3.0/31")]
    [InlineData("fd00::/64")]
    [InlineData("nonsense")]
    public void Constructor_NoUsableRange_Throws(string cidr) => Assert.Throws<FormatException>(() => new AddressPool(cidr));
}
