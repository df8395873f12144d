using System.Net;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Tunnel;

/// <summary>
/// A request to an agent whose body goes on while its answer comes: bytes both ways, as of a socket, with the tunnel's flow control. Disposing
/// it early cancels the request, which the agent sees.
/// </summary>
internal sealed class AgentStream : FlowingStream
{
    private readonly DuplexContent _content;
    private readonly HttpRequestMessage _request;
    private readonly HttpResponseMessage _response;
    private readonly Stream _output;

    private AgentStream(DuplexContent content, HttpRequestMessage request, HttpResponseMessage response, Stream output) =>
        (_content, _request, _response, _output) = (content, request, response, output);

    /// <exception cref="AgentRefusedException">The agent answered that it cannot.</exception>
    /// <exception cref="HttpRequestException">The tunnel broke.</exception>
    public static async Task<AgentStream> OpenAsync(NodeTunnel tunnel, string path, CancellationToken cancellationToken)
    {
        var content = new DuplexContent();
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        HttpResponseMessage? response = null;
        try
        {
            response = await tunnel.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new AgentRefusedException(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            }
            return new(content, request, response, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            content.Complete();
            response?.Dispose();
            request.Dispose();
            throw;
        }
    }

    /// <summary>Nothing more will be written; what the agent still says can be read.</summary>
    public void CompleteWriting() => _content.Complete();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _output.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var input = await _content.Input.WaitAsync(cancellationToken).ConfigureAwait(false);
        await input.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        // What is small is typed by someone who waits for its echo.
        await input.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // First the answer: a request body that ends after it tells the agent an end that was none.
            _response.Dispose();
            _content.Complete();
            _request.Dispose();
        }
        base.Dispose(disposing);
    }

    private sealed class DuplexContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _input = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Stream> Input => _input.Task;

        public void Complete() => _complete.TrySetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            // The agent is to answer before there is anything to say.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            _input.TrySetResult(stream);
            await _complete.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
