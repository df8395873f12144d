using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Volumes;

/// <summary>What a folder takes on its disk: blocks, not lengths, so that holes count for nothing. Links are not followed.</summary>
internal static partial class DiskUsage
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint WantBlocks = 0x400;
    private const int BlocksOffset = 48;
    private const int BlockBytes = 512;
    private const int LongPath = 2000;
    private const int PathOnly = 0x200000;
    private const int CloseOnExec = 0x80000;

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = false, AttributesToSkip = 0, IgnoreInaccessible = true, ReturnSpecialDirectories = false,
    };

    public static long Of(string folder)
    {
        var total = 0L;
        var left = new Stack<string>([folder]);
        while (left.TryPop(out var next))
        {
            if (next.Length > LongPath && OperatingSystem.IsLinux())
            {
                total += FromHandle(next);
                continue;
            }
            try
            {
                foreach (var entry in new DirectoryInfo(next).EnumerateFileSystemInfos("*", Everything))
                {
                    total += SizeOf(entry);
                    if (entry is DirectoryInfo && entry.LinkTarget is null)
                    {
                        left.Push(entry.FullName);
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // It went away while it was read.
            }
        }
        return total;
    }

    // A path may become longer than the system takes: from a handle on it, it is short again. So nothing can be hidden in the depth.
    private static long FromHandle(string folder)
    {
        using var handle = Open(CurrentFolder, folder, PathOnly | CloseOnExec, 0);
        return handle.IsInvalid ? 0 : Of(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}"));
    }

    private static long SizeOf(FileSystemInfo entry)
    {
        if (!OperatingSystem.IsLinux())
        {
            return entry is FileInfo { LinkTarget: null } file ? file.Length : 0;
        }
        Span<byte> buffer = stackalloc byte[256];
        return Statx(CurrentFolder, entry.FullName, NoFollow, WantBlocks, ref MemoryMarshal.GetReference(buffer)) == 0
            ? BitConverter.ToInt64(buffer[BlocksOffset..]) * BlockBytes
            : 0;
    }

    // One layout on every architecture.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(int folder, string path, int flags, int mode);
}
