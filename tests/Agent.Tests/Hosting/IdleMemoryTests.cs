using Orchestrator.Agent.Hosting;
using Xunit;

namespace Orchestrator.Agent.Tests.Hosting;

public sealed class IdleMemoryTests
{
    [Fact]
    public void Memory_IsGivenBackOnceItIsCalm()
    {
        var memory = new IdleMemory(TimeProvider.System, static _ => { });
        var made = 10 * IdleMemory.CalmBytes;
        Assert.False(memory.IsDue(made), "it has just started, and made much");
        Assert.False(memory.IsDue(made += IdleMemory.CalmBytes), "it is busy");
        Assert.True(memory.IsDue(made += IdleMemory.CalmBytes - 1), "it is calm, and has not given back what it made before");
        var given = made;
        for (; made < given + IdleMemory.WorthBytes - 1; made++)
        {
            made = Math.Min(made + IdleMemory.CalmBytes - 1, given + IdleMemory.WorthBytes - 2);
            Assert.False(memory.IsDue(made), "little was made since");
        }
        Assert.True(memory.IsDue(given + IdleMemory.WorthBytes), "enough was made since");
    }
}
