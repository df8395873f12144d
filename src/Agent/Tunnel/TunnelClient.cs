using System.Net.WebSockets;
using Orchestrator.Model.Tunnel;
using Orchestrator.Model;
using k8s;

namespace Orchestrator.Agent.Tunnel;

/// <summary>Keeps one tunnel to the controller open: dials out, hands the stream to Kestrel, dials again when it ends.</summary>
internal sealed class TunnelClient(
    KubernetesClientConfiguration configuration, string nodeName, TunnelListener listener, TimeProvider time, ILogger<TunnelClient> logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryCap = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(CreateHandler());
        for (var retry = new RetryDelay(FirstRetry, RetryCap); ; await retry.WaitAsync(time, cancellationToken))
        {
            try
            {
                using var socket = await ConnectAsync(invoker, cancellationToken);
                Log.Connected(logger, nodeName, configuration.Host);
                await using var connection = new TunnelConnection(
                    new TunnelStream(WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true)));
                await listener.OfferAsync(connection, cancellationToken);
                await connection.Ended.WaitAsync(cancellationToken);
                Log.Ended(logger, nodeName);
                retry = new RetryDelay(FirstRetry, RetryCap);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.Broken(logger, nodeName, e.Message);
            }
        }
    }

    private async Task<ClientWebSocket> ConnectAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(WellKnown.TunnelProtocol);
            socket.Options.KeepAliveInterval = Ping;
            socket.Options.KeepAliveTimeout = Ping;
            var address = new UriBuilder(configuration.Host) { Path = $"/api/v1/nodes/{nodeName}/tunnel" };
            address.Scheme = address.Scheme == Uri.UriSchemeHttp ? Uri.UriSchemeWs : Uri.UriSchemeWss;
            await socket.ConnectAsync(address.Uri, invoker, either.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The same trust and the same certificate as every other call to the controller.
    private SocketsHttpHandler CreateHandler() => ClusterConnection.CreateHandler(configuration);
}
