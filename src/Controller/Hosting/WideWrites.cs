using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Orchestrator.Controller.Hosting;

/// <summary>
/// Inside of TLS: hands answers to it in pieces of several full records. The server's own pieces are pages of 4 KiB, each of which becomes a record
/// and is sealed, framed and sent by itself.
/// </summary>
internal sealed class WideWrites(PipeReader input, PipeWriter output) : IDuplexPipe
{
    /// <summary>Four records of the most that TLS puts into one, 16 KiB.</summary>
    private static readonly StreamPipeWriterOptions Wide = new(MemoryPool<byte>.Shared, minimumBufferSize: 64 * 1024, leaveOpen: true);

    public PipeReader Input { get; } = input;
    public PipeWriter Output { get; } = output;

    public static async Task RunAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var narrow = connection.Transport;
        var output = PipeWriter.Create(connection.Features.Get<ISslStreamFeature>()!.SslStream, Wide); // TLS always has it.
        connection.Transport = new WideWrites(narrow.Input, output);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Transport = narrow;
        }
    }
}
