using Orchestrator.Agent.Hosting;
using Orchestrator.Agent.Volumes;
using Xunit;

namespace Orchestrator.Agent.Tests.Hosting;

public sealed class DiskReserveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reserve-").FullName;

    public void Dispose()
    {
        FileNative.Unmount(_folder);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Look_FullDisk_GivesRoomForRecords_AndTakesItBackWhenThereIsPlenty()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounts need root");
        FileNative.MountMemory(_folder, "size=64m");
        var reserve = new DiskReserve(_folder);
        reserve.Look();
        var filler = Path.Combine(_folder, "filler");
        var left = new DriveInfo(_folder).AvailableFreeSpace;
        Assert.Equal((64L - 4) << 20, left);
        FileNative.Allocate(filler, left);
        Assert.Throws<IOException>(() => File.WriteAllBytes(Path.Combine(_folder, "record"), new byte[4096]));
        reserve.Look();
        File.WriteAllBytes(Path.Combine(_folder, "record"), new byte[4096]);
        // A little room is not enough for it to come back.
        reserve.Look();
        Assert.False(File.Exists(Path.Combine(_folder, "reserve")));
        File.Delete(filler);
        reserve.Look();
        Assert.Equal(4L << 20, new FileInfo(Path.Combine(_folder, "reserve")).Length);
    }

    [Fact]
    public void Look_NoSuchFolder_GoesOn() => new DiskReserve(Path.Combine(_folder, "missing")).Look();
}
