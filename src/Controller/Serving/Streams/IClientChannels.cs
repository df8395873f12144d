using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams;

/// <summary>A client's end of a command's streams, whatever protocol it speaks.</summary>
internal interface IClientChannels : IAsyncDisposable
{
    /// <returns>Null when the client has gone. The payload is good until the next call.</returns>
    ValueTask<ChannelFrame?> ReadAsync(CancellationToken cancellationToken);

    ValueTask WriteAsync(StreamChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Says that no more comes; all that was written arrives first.</summary>
    Task FinishAsync(CancellationToken cancellationToken);
}
