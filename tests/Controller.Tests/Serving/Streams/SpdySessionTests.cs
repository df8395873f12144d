using System.Buffers.Binary;
using System.IO.Pipelines;
using Orchestrator.Controller.Serving.Streams.Spdy;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving.Streams;

public sealed class SpdySessionTests
{
    private const string Block = "78bbe3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c6061606100a4398b20d198094ade8c0600000000ffff";

    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ClientOpensAStream_IsRepliedToAndCarriesData()
    {
        await using var session = Open();
        var running = session.RunAsync(Cancellation);
        await SendAsync(SynStream(1));
        var stream = await session.Accepted.ReadAsync(Cancellation);
        Assert.Equal((1, "error"), (stream.Id, stream.Headers["streamtype"]));
        var reply = await ReceiveAsync();
        Assert.Equal((0x80030002, 1), (BinaryPrimitives.ReadUInt32BigEndian(reply), BinaryPrimitives.ReadInt32BigEndian(reply.AsSpan(8))));

        await SendAsync([0, 0, 0, 1, 0, 0, 0, 2, 7, 8]);
        await SendAsync([0, 0, 0, 1, 1, 0, 0, 0]);
        Assert.Equal([7, 8], await AllAsync(stream.Input));

        await stream.WriteAsync(new byte[] { 9 }, Cancellation);
        await stream.FinishAsync(Cancellation);
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 1, 9], await ReceiveAsync());
        Assert.Equal([0, 0, 0, 1, 1, 0, 0, 0], await ReceiveAsync());

        await _toServer.Writer.CompleteAsync();
        await running;
    }

    [Fact]
    public async Task Run_Ping_IsAnsweredWithItself()
    {
        await using var session = Open();
        var running = session.RunAsync(Cancellation);
        byte[] ping = [0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 5];
        await SendAsync(ping);
        Assert.Equal(ping, await ReceiveAsync());
        await _toServer.Writer.CompleteAsync();
        await running;
    }

    [Fact]
    public async Task Run_ConnectionBreaks_OpenStreamsBreakAndNoMoreAreAccepted()
    {
        await using var session = Open();
        var running = session.RunAsync(Cancellation);
        await SendAsync(SynStream(1));
        var stream = await session.Accepted.ReadAsync(Cancellation);
        await _toServer.Writer.CompleteAsync();
        await running;
        await Assert.ThrowsAsync<IOException>(() => stream.Input.ReadAsync(Cancellation).AsTask());
        Assert.False(await session.Accepted.WaitToReadAsync(Cancellation));
    }

    [Fact]
    public async Task Run_StreamWithAServersNumber_IsRefused()
    {
        await using var session = Open();
        var running = session.RunAsync(Cancellation);
        await SendAsync(SynStream(2));
        Assert.Equal([0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 3], await ReceiveAsync());
        await _toServer.Writer.CompleteAsync();
        await running;
    }

    [Theory]
    [InlineData("80020001000000ff")]
    [InlineData("8003000100000001aa")]
    [InlineData("4745542f20485454")]
    public async Task Run_NotSpdy_Ends(string hex)
    {
        await using var session = Open();
        var running = session.RunAsync(Cancellation);
        await SendAsync([.. Convert.FromHexString(hex), .. new byte[0xff]]);
        await _toServer.Writer.CompleteAsync();
        try
        {
            await running;
        }
        catch (InvalidDataException)
        {
        }
        Assert.False(await session.Accepted.WaitToReadAsync(Cancellation));
    }

    private static async Task<byte[]> AllAsync(PipeReader input)
    {
        using var all = new MemoryStream();
        await input.CopyToAsync(all, Cancellation);
        return all.ToArray();
    }

    private SpdySession Open() => new(new Duplex(_toServer.Reader.AsStream(), _toClient.Writer.AsStream()));

    private static byte[] SynStream(byte id)
    {
        var headers = Convert.FromHexString(Block);
        return [0x80, 3, 0, 1, 0, 0, 0, (byte)(10 + headers.Length), 0, 0, 0, id, 0, 0, 0, 0, 0, 0, .. headers];
    }

    private async Task SendAsync(byte[] bytes) => await _toServer.Writer.WriteAsync(bytes, Cancellation);

    private async Task<byte[]> ReceiveAsync()
    {
        var stream = _toClient.Reader.AsStream(leaveOpen: true);
        var header = new byte[8];
        await stream.ReadExactlyAsync(header, Cancellation);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)) & 0xFFFFFF];
        await stream.ReadExactlyAsync(payload, Cancellation);
        return [.. header, .. payload];
    }

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);
        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);
        public override void Flush() => output.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
