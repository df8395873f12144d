using System.Runtime.InteropServices;

namespace Orchestrator.Agent.Volumes;

/// <summary>What the file system under a path has, as df shows it.</summary>
internal sealed partial record FileSystemUsage(long CapacityBytes, long FreeBytes, long AvailableBytes, long Inodes, long InodesFree)
{
    public static FileSystemUsage Of(string path)
    {
        if (!OperatingSystem.IsLinux() || IntPtr.Size != sizeof(long))
        {
            var drive = new DriveInfo(Path.GetFullPath(path));
            return new(drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace, 0, 0);
        }
        // Eleven numbers of eight bytes on every 64-bit system: f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, …
        Span<long> buffer = stackalloc long[32];
        return Statvfs(path, ref MemoryMarshal.GetReference(buffer)) == 0
            ? new(buffer[2] * buffer[1], buffer[3] * buffer[1], buffer[4] * buffer[1], buffer[5], buffer[6])
            : throw new IOException($"{path}: its file system does not tell its size");
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statvfs(string path, ref long buffer);
}
