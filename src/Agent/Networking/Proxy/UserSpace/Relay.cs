using System.Buffers;
using System.Net.Sockets;

namespace Orchestrator.Agent.Networking.Proxy.UserSpace;

/// <summary>Carries bytes between two connections, both ways, until both have said all. An end in one direction is passed on in that direction.</summary>
internal static class Relay
{
    private const int BufferBytes = 256 * 1024;

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
        while (true)
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
                        return;
                    }
                    for (var sent = 0; sent < length;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), SocketFlags.None);
                    }
                }
                while (from.Available > 0);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
