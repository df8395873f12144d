using System.Globalization;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>
/// A file with a file system in it, mounted through a loop device. All its blocks are taken from the disk when it is made: a file system whose
/// disk is full under it would be a broken one.
/// </summary>
internal sealed class ImageFile(ToolPrograms tools, string image, string mountPoint, string? fileSystem)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    /// <summary>What the disk keeps beside the volumes, for the agent and its records.</summary>
    private const long ReserveBytes = 64L << 20;

    private string FileSystem => string.IsNullOrEmpty(fileSystem) ? "ext4" : fileSystem;

    private string Growing => image + ".growing";

    /// <summary>The image gets its name when it is whole: a name says that a file system is in it.</summary>
    public async Task MakeAsync(long sizeBytes, CancellationToken cancellationToken)
    {
        Require();
        Directory.CreateDirectory(mountPoint);
        if (!File.Exists(image))
        {
            var next = image + ".new";
            File.Delete(next);
            try
            {
                Allocate(next, sizeBytes);
                await FormatAsync(next, cancellationToken);
                using (var file = File.OpenHandle(next, FileMode.Open, FileAccess.ReadWrite))
                {
                    RandomAccess.FlushToDisk(file);
                }
                File.Move(next, image);
            }
            catch (IOException)
            {
                File.Delete(next);
                throw;
            }
        }
        await MountAsync(cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(mountPoint, (UnixFileMode)0b111_111_111);
        }
    }

    public async Task MountAsync(CancellationToken cancellationToken)
    {
        Require();
        if (MountTable.SourceOf(mountPoint) is not null)
        {
            return;
        }
        Directory.CreateDirectory(mountPoint);
        if (File.Exists(Growing))
        {
            await GrowUnmountedAsync(cancellationToken);
        }
        await tools.RunAsync("mount", ["-t", FileSystem, "-o", "loop,nosuid,nodev", image, mountPoint], s_limit, cancellationToken);
    }

    public async Task GrowAsync(long sizeBytes, bool isUsed, CancellationToken cancellationToken)
    {
        if (new FileInfo(image).Length < sizeBytes)
        {
            Allocate(image, sizeBytes);
        }
        if (!isUsed && FileSystem != "xfs")
        {
            await GrowUnmountedAsync(cancellationToken);
            return;
        }
        await MountAsync(cancellationToken);
        var device = MountTable.SourceOf(mountPoint) ?? throw new VolumeProblemException("NotMounted", $"{mountPoint} is not mounted");
        await tools.RunAsync("losetup", ["--set-capacity", device], s_limit, cancellationToken);
        // Both do nothing where nothing is to be done, so a growth that was cut short is simply begun again.
        var (program, subject) = FileSystem == "xfs" ? ("xfs_growfs", mountPoint) : ("resize2fs", device);
        var result = await tools.RunAsync(program, [subject], input: null, s_limit, cancellationToken);
        if (result.ExitCode != 0)
        {
            // In a container without CAP_SYS_RESOURCE, for one.
            throw new VolumeProblemException("InUse", $"it cannot grow while it is used ({result.Error.Trim().Split('\n')[^1]}), and will when no pod has it");
        }
    }

    // Cut short, it leaves a file system that must be mended before it is used: a file says so. What is mended then is what the growing left behind,
    // for the file system was sound before; any other damage is left to somebody who can judge it.
    private async Task GrowUnmountedAsync(CancellationToken cancellationToken)
    {
        Unmount(mountPoint);
        if (LoopDevices.Have(image))
        {
            // A container that is just being started has copies of all mounts for a moment: what is mounted somewhere must not be changed under it.
            throw new VolumeProblemException("Busy", $"{image} is still mounted elsewhere");
        }
        var check = await tools.RunAsync("e2fsck", ["-f", File.Exists(Growing) ? "-y" : "-p", image], input: null, s_limit, cancellationToken);
        // 1 is: something was mended.
        if (check.ExitCode > 1)
        {
            throw new VolumeProblemException("Damaged", $"e2fsck: exit code {check.ExitCode}: {check.Output.Trim()} {check.Error.Trim()}");
        }
        await File.WriteAllBytesAsync(Growing, [], cancellationToken);
        await tools.RunAsync("resize2fs", [image], s_limit, cancellationToken);
        File.Delete(Growing);
    }

    /// <summary>Nothing happens where nothing is mounted. What is still used is not torn away.</summary>
    public static void Unmount(string mountPoint)
    {
        if (MountTable.SourceOf(mountPoint) is not null)
        {
            FileNative.UnmountUnused(mountPoint);
        }
    }

    private Task<string> FormatAsync(string file, CancellationToken cancellationToken) => FileSystem == "xfs"
        ? tools.RunAsync("mkfs.xfs", ["-q", "-f", "-K", file], s_limit, cancellationToken)
        // Without discard: the blocks that were just taken would be given back.
        : tools.RunAsync("mkfs.ext4", ["-q", "-F", "-m", "0", "-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=1", file], s_limit, cancellationToken);

    private static void Allocate(string file, long sizeBytes)
    {
        var missing = sizeBytes - (File.Exists(file) ? new FileInfo(file).Length : 0);
        var free = new DriveInfo(Path.GetDirectoryName(file) ?? "/").AvailableFreeSpace;
        if (free < missing + ReserveBytes)
        {
            throw VolumeProblemException.NoRoom(string.Create(CultureInfo.InvariantCulture, $"the volume needs {missing} bytes, and the disk has {free} left"));
        }
        try
        {
            FileNative.Allocate(file, sizeBytes);
        }
        catch (IOException e)
        {
            // Somebody else took it meanwhile.
            throw VolumeProblemException.NoRoom(e.Message, e);
        }
    }

    private static void Require()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            throw new VolumeProblemException("NotSupported", "hard sizes need Linux and an agent that runs as root");
        }
    }
}
