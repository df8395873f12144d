using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Volumes;

/// <summary>What .NET's files cannot: owners, mounts, and paths that are walked without following links.</summary>
internal static partial class FileNative
{
    private const int NoFollow = 0x20000;
    private const int PathOnly = 0x200000;
    private const int CloseOnExec = 0x80000;
    private const int AtCurrentFolder = -100;
    private const ulong Bind = 0x1000;
    private const ulong Shared = 0x100000;
    private const ulong NoSuid = 2;
    private const ulong NoDevices = 4;
    private const int Detach = 2;
    private const int NoLink = 8;
    private const int Exists = 17;
    private const int Missing = 2;
    private const int InvalidArgument = 22;
    private const int EmptyPath = 0x1000;
    private const uint WantGroup = 0x10;
    private const int GroupOffset = 24;
    private const int DeepestTree = 500;
    // O_DIRECTORY and O_NOFOLLOW have other numbers on arm.
    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;

    public static void Replace(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.Delete(target);
            Directory.Move(source, target);
            return;
        }
        Check(Rename(source, target), target);
    }

    public static void SetGroup(string path, long? group)
    {
        if (group is { } id && !OperatingSystem.IsWindows())
        {
            Check(ChangeOwner(path, -1, (int)id), path);
        }
    }

    public static void MountMemory(string target, string options) => Check(Mount("tmpfs", target, "tmpfs", NoSuid | NoDevices, options), target);

    /// <summary>What is mounted below a mount from now on is mounted in all its copies too.</summary>
    public static void Share(string target) => Check(Mount("none", target, null, Shared, null), target);

    public static void MountBind(SafeFileHandle source, string target) =>
        Check(Mount(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{source.DangerousGetHandle()}"), target, null, Bind, null), target);

    /// <summary>Takes a mount away; what still uses it keeps it. Nothing happens where nothing is mounted.</summary>
    public static void Unmount(string target)
    {
        if (Unmount(target, Detach | NoLink) != 0 && Marshal.GetLastPInvokeError() is var error and not (InvalidArgument or Missing))
        {
            throw Error(error, target);
        }
    }

    /// <summary>Takes a mount away if nothing uses it.</summary>
    public static void UnmountUnused(string target) => Check(Unmount(target, NoLink), target);

    /// <summary>Makes a file so long, and takes all its blocks from the disk.</summary>
    public static void Allocate(string path, long sizeBytes)
    {
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        // It tells what went wrong by its result.
        if (PosixAllocate(file, 0, sizeBytes) is var error and not 0)
        {
            throw Error(error, path);
        }
    }

    /// <summary>A path as the kernel names it, with no link in it; as it is where nothing is there.</summary>
    public static string RealPath(string path)
    {
        using var handle = Open(AtCurrentFolder, path, PathOnly | CloseOnExec, 0);
        return handle.IsInvalid ? Path.GetFullPath(path)
            : new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}")).LinkTarget ?? Path.GetFullPath(path);
    }

    [UnsupportedOSPlatform("windows")]
    public static bool IsOwned(string path, long group)
    {
        Span<byte> buffer = stackalloc byte[256];
        return Statx(AtCurrentFolder, path, 0, WantGroup, ref MemoryMarshal.GetReference(buffer)) == 0 && BitConverter.ToUInt32(buffer[GroupOffset..]) == group
            && (File.GetUnixFileMode(path) & UnixFileMode.SetGroup) != 0;
    }

    /// <summary>Gives a tree to a group, which may write it. Each file is opened without following links before anything is done to it: nobody can put another in its place.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void OwnTree(string root, long group)
    {
        using var handle = Open(AtCurrentFolder, root, PathOnly | CloseOnExec, 0);
        Check(handle.IsInvalid ? -1 : 0, root);
        Own(handle, group, 0);
    }

    [UnsupportedOSPlatform("windows")]
    private static void Own(SafeFileHandle file, long group, int depth)
    {
        const int Folder = 0x4000;
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}");
        Check(ChangeOwnerAt((int)file.DangerousGetHandle(), "", -1, (int)group, EmptyPath), path);
        var kind = FileKind.Of(path);
        if (kind == FileKind.Link)
        {
            return;
        }
        var mode = File.GetUnixFileMode(path) | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        File.SetUnixFileMode(path, kind == Folder ? mode | UnixFileMode.SetGroup | UnixFileMode.UserExecute | UnixFileMode.GroupExecute : mode);
        if (kind != Folder)
        {
            return;
        }
        if (depth == DeepestTree)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"fsGroup: the volume has folders deeper than {DeepestTree} levels"));
        }
        foreach (var name in Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)))
        {
            using var child = Open((int)file.DangerousGetHandle(), name, PathOnly | CloseOnExec | (s_isArm ? 0x8000 : NoFollow), 0);
            if (!child.IsInvalid)
            {
                Own(child, group, depth + 1);
            }
        }
    }

    /// <summary>Opens a path of which no part below the root may be a link, making folders that are missing.</summary>
    public static SafeFileHandle OpenBelow(string root, IEnumerable<string> parts, int mode)
    {
        var flags = PathOnly | CloseOnExec;
        var handle = Open(AtCurrentFolder, root, flags, 0);
        foreach (var part in parts)
        {
            Check(handle.IsInvalid ? -1 : 0, root);
            using var parent = handle;
            var next = Open((int)parent.DangerousGetHandle(), part, flags | (s_isArm ? 0x8000 : NoFollow), 0);
            if (next.IsInvalid && Marshal.GetLastPInvokeError() == Missing)
            {
                if (MakeFolder((int)parent.DangerousGetHandle(), part, mode) != 0 && Marshal.GetLastPInvokeError() is var error and not Exists)
                {
                    throw Error(error, part);
                }
                next = Open((int)parent.DangerousGetHandle(), part, flags | (s_isArm ? 0x8000 : NoFollow), 0);
            }
            handle = next;
        }
        Check(handle.IsInvalid ? -1 : 0, root);
        // A link itself is opened too, with these flags; mounted, it would be followed. What is open is asked, not what is at its path by now.
        if (FileKind.Of(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}")) == FileKind.Link)
        {
            handle.Dispose();
            throw new IOException($"{root}: a link is in the way");
        }
        return handle;
    }

    private static void Check(int result, string path)
    {
        if (result != 0)
        {
            throw Error(Marshal.GetLastPInvokeError(), path);
        }
    }

    private static IOException Error(int error, string path) => new($"{path}: {new Win32Exception(error).Message}");

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string source, string target);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwnerAt(int folder, string path, int user, int group, int flags);

    // One layout on every architecture.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int PosixAllocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(int folder, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFolder(int folder, string path, int mode);
}
