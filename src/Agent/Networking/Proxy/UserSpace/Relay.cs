using System.Buffers;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>Carries bytes between two connections, both ways, until both have said all. An end in one direction is passed on in that direction.</summary>
internal static class Relay
{
    private const int BufferBytes = 256 * 1024;
    /// <summary>From here on it pays to have the kernel move the bytes.</summary>
    private const long ManyBytes = 1024 * 1024;
    private const int FewBytes = 4096;

    public static async Task RunAsync(Socket one, Socket other)
    {
        Prepare(one);
        Prepare(other);
        var there = PumpAsync(one, other);
        var back = PumpAsync(other, one);
        // A broken direction ends the other: its peer would wait for ever.
        if (await Task.WhenAny(there, back) is { IsFaulted: true })
        {
            one.LingerState = other.LingerState = new(true, 0);
            one.Dispose();
            other.Dispose();
        }
        await Task.WhenAll(there, back);
    }

    private static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        // A peer whose machine is gone says nothing, and an idle connection does not ask.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        if (!await CopyAsync(from, to))
        {
            return;
        }
        if (OperatingSystem.IsLinux() && SplicePipe.TryMake() is { } pipe)
        {
            using (pipe)
            {
                await SpliceAsync(from, to, pipe);
            }
        }
        else
        {
            while (await CopyAsync(from, to))
            {
            }
        }
    }

    /// <returns>False at the end of the stream; true when so much came that more is to be expected.</returns>
    private static async Task<bool> CopyAsync(Socket from, Socket to)
    {
        var total = 0L;
        while (total < ManyBytes)
        {
            // Waits without holding a buffer: most connections are idle most of the time.
            await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            try
            {
                do
                {
                    var length = await from.ReceiveAsync(buffer, SocketFlags.None);
                    if (length == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return false;
                    }
                    await SendAsync(to, buffer, length);
                    total += length;
                }
                while (from.Available > 0 && total < ManyBytes);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        return true;
    }

    [SupportedOSPlatform("linux")]
    private static async Task SpliceAsync(Socket from, Socket to, SplicePipe pipe)
    {
        var few = new byte[FewBytes];
        while (true)
        {
            await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
            while (pipe.Fill(from) is { } filled)
            {
                if (filled == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }
                while (filled > 0)
                {
                    if (pipe.Drain(to, filled) is { } drained)
                    {
                        filled -= drained;
                        continue;
                    }
                    // It is full. Nothing tells when it is no more, but that some bytes were sent: those few are copied.
                    var length = pipe.Read(few.AsSpan(0, (int)Math.Min(FewBytes, filled)));
                    await SendAsync(to, few, length);
                    filled -= length;
                }
            }
        }
    }

    private static async Task SendAsync(Socket to, byte[] buffer, int length)
    {
        for (var sent = 0; sent < length;)
        {
            sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), SocketFlags.None);
        }
    }
}
