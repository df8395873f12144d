using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agent.Runtimes;

/// <summary>Connects to the first of some addresses that answers.</summary>
internal static class TcpDialer
{
    /// <exception cref="RunContainerException">None does; told is what the last one said.</exception>
    public static async Task<Stream> ConnectAsync(Func<Socket> open, IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        SocketException? refused = null;
        foreach (var address in addresses)
        {
            var socket = open();
            try
            {
                socket.NoDelay = true;
                await socket.ConnectAsync(address, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                refused = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw new RunContainerException($"port {port}: {refused?.Message ?? "the pod has no address"}");
    }
}
