using Orchestrator.Agent.Volumes;
using Orchestrator.Agent.Volumes.Persistent;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes.Persistent;

/// <summary>File systems in files, with the true tools.</summary>
public sealed class ImageFileTests : IDisposable
{
    private const long SmallBytes = 32L << 20;
    private const long LargeBytes = 2L << 30;
    private readonly string _folder = Directory.CreateTempSubdirectory("image-file-").FullName;

    public ImageFileTests() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control"), "hard sizes need root and loop devices");

    private string MountPoint => Path.Combine(_folder, "mount");

    private string Precious => Path.Combine(MountPoint, "precious");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        ImageFile.Unmount(MountPoint);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Grow_KilledAtManyMoments_IsMendedAndComesToItsEnd()
    {
        var content = new string('x', 1 << 20);
        // From before the first tool has begun until after the last has ended, on any machine that is not far slower or faster than others.
        for (var milliseconds = 1; milliseconds <= 61; milliseconds += 4)
        {
            using (var tools = Tools())
            {
                await Image(tools).MakeAsync(SmallBytes, Cancellation);
                await File.WriteAllTextAsync(Precious, content, Cancellation);
                using var killing = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
                killing.CancelAfter(milliseconds);
                try
                {
                    await Image(tools).GrowAsync(LargeBytes, isUsed: false, killing.Token);
                }
                catch (OperationCanceledException)
                {
                    // The next agent's turn.
                }
            }
            using (var tools = Tools())
            {
                await UnlessBusyAsync(() => Image(tools).MountAsync(Cancellation));
                Assert.Equal(content, await File.ReadAllTextAsync(Precious, Cancellation));
                await GrowAsync(tools);
                await Image(tools).MountAsync(Cancellation);
                Assert.Equal(content, await File.ReadAllTextAsync(Precious, Cancellation));
                Assert.InRange(FileSystemUsage.Of(MountPoint).CapacityBytes, LargeBytes / 10 * 9, LargeBytes);
                ImageFile.Unmount(MountPoint);
                Assert.Equal(0, (await tools.RunAsync("e2fsck", ["-f", "-n", ImagePath], null, TimeSpan.FromMinutes(1), Cancellation)).ExitCode);
            }
            File.Delete(ImagePath);
        }
    }

    [Fact]
    public async Task Grow_WhileADeviceHasTheFile_IsBusy_AndChangesNothing()
    {
        using var tools = Tools();
        await Image(tools).MakeAsync(SmallBytes, Cancellation);
        ImageFile.Unmount(MountPoint);
        var device = (await tools.RunAsync("losetup", ["--find", "--show", ImagePath], TimeSpan.FromMinutes(1), Cancellation)).Trim();
        var problem = await Assert.ThrowsAsync<VolumeProblemException>(() => Image(tools).GrowAsync(LargeBytes, isUsed: false, Cancellation));
        Assert.Equal("Busy", problem.Reason);
        await tools.RunAsync("losetup", ["--detach", device], TimeSpan.FromMinutes(1), Cancellation);
        await GrowAsync(tools);
    }

    [Fact]
    public async Task Grow_OfAFileSystemThatIsDamagedOtherwise_IsLeftToSomebodyWhoCanJudgeIt()
    {
        using var tools = Tools();
        await Image(tools).MakeAsync(SmallBytes, Cancellation);
        ImageFile.Unmount(MountPoint);
        await using (var file = File.OpenWrite(ImagePath))
        {
            // All of its first group but the superblock.
            file.Position = 4096;
            await file.WriteAsync(new byte[1 << 20], Cancellation);
        }
        for (var tries = 0; tries < 2; tries++)
        {
            var problem = await Assert.ThrowsAsync<VolumeProblemException>(() => GrowAsync(tools));
            Assert.Equal("Damaged", problem.Reason);
        }
    }

    private Task<bool> GrowAsync(ToolPrograms tools) => UnlessBusyAsync(() => Image(tools).GrowAsync(LargeBytes, isUsed: false, Cancellation));

    // As the agent does: it comes back. Tests beside this one start containers.
    private static Task<bool> UnlessBusyAsync(Func<Task> act) => Eventually.ReturnsAsync(async () =>
    {
        await act();
        return true;
    }, problem => problem is VolumeProblemException { Reason: "Busy" });

    private string ImagePath => Path.Combine(_folder, "disk.img");

    private ImageFile Image(ToolPrograms tools) => new(tools, ImagePath, MountPoint, null);

    private ToolPrograms Tools()
    {
        var tools = new ToolPrograms(Path.Combine(_folder, "notes"), TimeProvider.System);
        tools.EndEarlier();
        return tools;
    }
}
