using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>The few Linux calls that .NET has no name for.</summary>
[SupportedOSPlatform("linux")]
internal static partial class Native
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const short PollIn = 1;
    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int SystemCallPidfdOpen = 434;
    private const int FallocateKeepSize = 1;
    private const int FallocatePunchHole = 2;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short ReturnedEvents;
    }

    public static SafeFileHandle? OpenPidfd(int pid)
    {
        var fd = (int)SystemCall(SystemCallPidfdOpen, pid, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true)
            : Marshal.GetLastPInvokeError() == NoSuchProcess ? null
            : throw Failure("pidfd_open (Linux 5.3 or later is needed)");
    }

    public static SafeFileHandle OpenInotify() => Open(InotifyInit(CloseOnExec | NonBlocking), "inotify_init1");

    public static SafeFileHandle OpenEvent() => Open(EventFd(0, CloseOnExec | NonBlocking), "eventfd");

    /// <summary>Gives the disk blocks of a file's head back without moving a byte: writers notice nothing. False where the file system cannot.</summary>
    public static bool PunchHead(SafeFileHandle file, long length) =>
        Fallocate(file, FallocatePunchHole | FallocateKeepSize, 0, length) == 0;

    public static IOException Failure(string call) =>
        new($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    private static SafeFileHandle Open(int fd, string call) => fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Failure(call);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int InotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int InotifyAdd(SafeFileHandle inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int InotifyRemove(SafeFileHandle inotify, int watch);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll([In, Out] PollFd[] fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle fd, [Out] byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle fd, in ulong value, nint length);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();
}
