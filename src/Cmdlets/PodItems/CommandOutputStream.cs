using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>A command's standard output, to be read only; its error output goes elsewhere.</summary>
internal sealed class CommandOutputStream(RunningCommand command, Action<byte[]> onError) : Stream
{
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (!await command.Output.WaitToReadAsync(cancellationToken))
            {
                return 0;
            }

            if (command.Output.TryRead(out var piece))
            {
                if (piece.Channel == StreamChannel.Output)
                {
                    _rest = piece.Data;
                }
                else
                {
                    onError(piece.Data);
                }
            }
        }

        var read = Math.Min(buffer.Length, _rest.Length);
        _rest[..read].CopyTo(buffer);
        _rest = _rest[read..];
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
