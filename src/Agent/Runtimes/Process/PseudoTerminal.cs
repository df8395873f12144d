using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>A terminal without a screen: our end as a stream, the other as a device that a command takes for its own.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControl = 2 | 0x100 | 0x80000;
    private const nuint SetWindowSize = 0x5414;

    private readonly SafeFileHandle _handle;

    private PseudoTerminal(SafeFileHandle handle, string device)
    {
        (_handle, Device) = (handle, device);
        Stream = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    /// <summary>What is typed in goes in, what is shown comes out. Reading fails when the last user of the device has left.</summary>
    public FileStream Stream { get; }

    /// <summary><c>/dev/pts/3</c></summary>
    public string Device { get; }

    /// <exception cref="RunContainerException" />
    public static PseudoTerminal Open()
    {
        var handle = new SafeFileHandle(OpenMaster(ReadWriteNoControl), ownsHandle: true);
        var name = new byte[128];
        if (handle.IsInvalid || Grant(handle) != 0 || Unlock(handle) != 0 || Name(handle, name, (nuint)name.Length) != 0)
        {
            var failure = Native.Failure("a terminal cannot be made");
            handle.Dispose();
            throw new RunContainerException(failure.Message, failure);
        }
        return new(handle, Encoding.ASCII.GetString(name.AsSpan(0, Array.IndexOf(name, (byte)0))));
    }

    public void Resize(int columns, int rows)
    {
        var size = new WindowSize { Columns = (ushort)Math.Clamp(columns, 0, ushort.MaxValue), Rows = (ushort)Math.Clamp(rows, 0, ushort.MaxValue) };
        if (!_handle.IsClosed)
        {
            _ = Control(_handle, SetWindowSize, size);
        }
    }

    public void Dispose() => Stream.Dispose();

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int Name(SafeFileHandle master, [Out] byte[] name, nuint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle master, nuint request, in WindowSize size);
}
