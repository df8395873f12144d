using Orchestrator.Agent.Volumes;
using Orchestrator.Agent.Volumes.Persistent;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes.Persistent;

public sealed class VolumeRoomTests
{
    [Theory]
    [InlineData(1000, 10, 100, 50, false, null)]
    [InlineData(1000, 9, 100, 50, false, "NoSpaceLeft")]
    [InlineData(1000, 49, 100, 50, true, "NoSpaceLeft")]
    [InlineData(1000, 50, 100, 50, true, null)]
    [InlineData(1000, 500, 100, 0, false, "NoInodesLeft")]
    [InlineData(1000, 500, 100, 4, true, "NoInodesLeft")]
    [InlineData(1000, 500, 0, 0, false, null)]
    [InlineData(long.MaxValue, long.MaxValue, 0, 0, false, null)]
    public void Problem_Usage_SaysWhatIsShort(long capacity, long available, long inodes, long inodesFree, bool wasFull, string? expected) =>
        Assert.Equal(expected, VolumeRoom.Problem(new FileSystemUsage(capacity, available, available, inodes, inodesFree), wasFull)?.Split(':')[0]);
}
