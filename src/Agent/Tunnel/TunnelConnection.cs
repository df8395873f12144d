using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Agent.Tunnel;

/// <summary>A stream as Kestrel wants its connections.</summary>
internal sealed class TunnelConnection : ConnectionContext
{
    private readonly TunnelStream _stream;
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    public TunnelConnection(TunnelStream stream)
    {
        _stream = stream;
        Transport = new DuplexPipe(PipeReader.Create(stream, new(leaveOpen: true)), PipeWriter.Create(stream, new(leaveOpen: true)));
        ConnectionClosed = _closed.Token;
        LocalEndPoint = TunnelEndPoint.Instance;
        RemoteEndPoint = TunnelEndPoint.Instance;
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Ends when either side has let go.</summary>
    public Task Ended => _stream.Ended;

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("n");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override void Abort(ConnectionAbortedException abortReason) => _stream.Dispose();

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _stream.DisposeAsync();
            // Tells Kestrel, which then lets go of the pipes.
            await _closed.CancelAsync();
        }
        await base.DisposeAsync();
    }
}
