using System.Runtime.InteropServices;

namespace Orchestrator.Cmdlets;

/// <summary>A POSIX terminal in raw mode.</summary>
internal sealed partial class UnixTerminal : LocalTerminal
{
    private const int StandardInput = 0;
    private const int Now = 0;
    private const short PollIn = 1;

    // struct termios is at most 72 bytes on the systems there are; it is only handed back to the library that filled it.
    private const int SettingsBytes = 256;

    private readonly byte[] _before = new byte[SettingsBytes];

    public UnixTerminal()
    {
        if (GetSettings(StandardInput, _before) != 0)
        {
            throw NotInteractive("standard input is none");
        }

        var raw = (byte[])_before.Clone();
        MakeRaw(raw);
        _ = SetSettings(StandardInput, Now, raw);
    }

    public override byte[]? Read()
    {
        var poll = new PollFd { Fd = StandardInput, Events = PollIn };
        if (Poll(ref poll, 1, PauseMilliseconds) <= 0)
        {
            return [];
        }

        var buffer = new byte[4096];
        return Read(StandardInput, buffer, buffer.Length) switch
        {
            > 0 and var read => buffer[..(int)read],
            0 => null,
            _ => [],
        };
    }

    protected override void Dispose(bool disposing)
    {
        _ = SetSettings(StandardInput, Now, _before);
        base.Dispose(disposing);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short ReturnedEvents;
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetSettings(int fd, [Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetSettings(int fd, int when, [In] byte[] settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw([In, Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollFd fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int fd, [Out] byte[] buffer, nint length);
}
