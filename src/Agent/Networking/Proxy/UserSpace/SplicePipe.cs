using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>Moves bytes from one socket to another inside the kernel, by way of a pipe: they are never copied into the agent. Source: splice(2).</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class SplicePipe : IDisposable
{
    private const int CloseOnExecNonBlocking = 0x80000 | 0x800;
    private const int SetSize = 1031;
    private const int Bytes = 1024 * 1024;
    private const uint MoveNonBlocking = 1 | 2;
    private const int TryAgain = 11;
    private const int Interrupted = 4;
    private readonly SafeFileHandle _out;
    private readonly SafeFileHandle _in;

    private SplicePipe(SafeFileHandle @out, SafeFileHandle @in) => (_out, _in) = (@out, @in);

    /// <returns>Null where the system has none left.</returns>
    public static SplicePipe? TryMake()
    {
        var ends = new int[2];
        if (MakePipe(ends, CloseOnExecNonBlocking) != 0)
        {
            return null;
        }
        // A smaller one does as well, only not as fast.
        _ = Control(ends[1], SetSize, Bytes);
        return new(new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true));
    }

    /// <summary>Takes what the socket has into the pipe, which is empty.</summary>
    /// <returns>How much; 0 at the end of the stream; null when there is nothing now.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public long? Fill(Socket from) => Splice(from.SafeHandle, _in, Bytes);

    /// <summary>Gives what is in the pipe to the socket.</summary>
    /// <returns>How much; null when it takes nothing now.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public long? Drain(Socket to, long length) => Splice(_out, to.SafeHandle, length);

    /// <summary>Takes bytes out of the pipe by themselves.</summary>
    /// <returns>How much.</returns>
    public int Read(Span<byte> buffer) => ReadPipe(_out, buffer, (nuint)buffer.Length) is var read and > 0 ? (int)read : throw new SocketException((int)SocketError.ConnectionReset);

    public void Dispose()
    {
        _in.Dispose();
        _out.Dispose();
    }

    private static long? Splice(SafeHandle from, SafeHandle to, long length)
    {
        while (true)
        {
            var moved = Splice(from, 0, to, 0, (nuint)length, MoveNonBlocking);
            if (moved >= 0)
            {
                return moved;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case TryAgain:
                    return null;
                case Interrupted:
                    continue;
                default:
                    throw new SocketException((int)SocketError.ConnectionReset);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int MakePipe([Out] int[] ends, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int handle, int command, int value);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadPipe(SafeFileHandle handle, Span<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    private static partial nint Splice(SafeHandle from, nint fromOffset, SafeHandle to, nint toOffset, nuint length, uint flags);
}
