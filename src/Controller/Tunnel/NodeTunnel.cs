using System.Net;

namespace Orchestrator.Controller.Tunnel;

/// <summary>
/// The connection that an agent opened, used the other way round: HTTP/2 requests go down it to the agent. HTTP/2 brings streams, flow control
/// and cancellation, so that hundreds of them share one connection and none starves another.
/// </summary>
internal sealed class NodeTunnel : IDisposable
{
    private const int WindowBytes = 256 * 1024;

    private readonly Stream _stream;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _closed = new();
    private int _taken;

    public NodeTunnel(Stream stream)
    {
        _stream = stream;
        _client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => Interlocked.Exchange(ref _taken, 1) == 0
                ? ValueTask.FromResult(_stream)
                : throw new IOException("the tunnel is closed"),
            EnableMultipleHttp2Connections = false,
            // Does not grow (a switch of the project): what a client does not read is held here, for each of hundreds of streams.
            InitialHttp2StreamWindowSize = WindowBytes,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            AllowAutoRedirect = false,
            UseProxy = false,
        })
        {
            BaseAddress = new Uri("http://agent/"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Cancelled when the tunnel ends, from whichever side.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Sends a request to the agent; answers when its headers are there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public void Close()
    {
        try
        {
            _closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Both sides closed at once.
        }
    }

    public void Dispose()
    {
        Close();
        _client.Dispose();
        _stream.Dispose();
        _closed.Dispose();
    }
}
