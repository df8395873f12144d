using Orchestrator.Agent.Runtimes.Docker;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class CgroupFilesTests
{
    private const string Id = "0123abcd";

    [Theory]
    [InlineData("0::/docker/0123abcd\n", "/sys/fs/cgroup/docker/0123abcd")]
    [InlineData("0::/system.slice/docker-0123abcd.scope\n", "/sys/fs/cgroup/system.slice/docker-0123abcd.scope")]
    public void Find_Version2(string membership, string folder) =>
        Assert.Equal(new($"{folder}/cpu.stat", folder, true), CgroupFiles.Find(membership, Id));

    [Theory]
    [InlineData("9:memory:/docker/0123abcd\n4:cpu,cpuacct:/docker/0123abcd\n1:name=systemd:/docker/0123abcd\n")]
    [InlineData("9:memory:/docker/0123abcd\n4:cpuacct:/docker/0123abcd\n0::/docker/0123abcd\n")]
    public void Find_Version1_AlsoBesideAnUnusedVersion2(string membership) =>
        Assert.Equal(new("/sys/fs/cgroup/cpuacct/docker/0123abcd/cpuacct.usage", "/sys/fs/cgroup/memory/docker/0123abcd", false), CgroupFiles.Find(membership, Id));

    [Theory]
    [InlineData("0::/\n")]
    [InlineData("0::/user.slice/user-1000.slice/session-2.scope\n")]
    [InlineData("0::/docker/ffff\n")]
    [InlineData("nonsense")]
    public void Find_AStrangersProcess_IsNothing(string membership) => Assert.Null(CgroupFiles.Find(membership, Id));

    [Fact]
    public void Field_IsTheWholeName()
    {
        Assert.Equal(7, CgroupFiles.Field("total_inactive_file 9\ninactive_file 7\n", "inactive_file"));
        Assert.Equal(0, CgroupFiles.Field("inactive_file_x 9\n", "inactive_file"));
    }

    [Fact]
    public void WorkingSet_IsNeverNegative() => Assert.Equal((60, 0), (CgroupFiles.WorkingSet(100, 40), CgroupFiles.WorkingSet(10, 40)));
}
