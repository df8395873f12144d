using System.Buffers.Binary;
using CsCheck;
using Orchestrator.Model.Tunnel;
using Xunit;

namespace Orchestrator.Model.Tests.Tunnel;

public sealed class ChannelFrameTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Write_AnyData_IsReadWholeInOrderAndPiecesOfBoundedLength() =>
        Gen.Select(Gen.Byte[0, 4], Gen.Byte.Array[0, 100_000]).Array[0, 6].SampleAsync(async parts =>
        {
            using var stream = new MemoryStream();
            using var writer = new ChannelFrameWriter(stream);
            foreach (var (channel, data) in parts)
            {
                await writer.WriteAsync((StreamChannel)channel, data, Cancellation);
            }
            stream.Position = 0;
            var reader = new ChannelFrameReader(stream);
            foreach (var (channel, data) in parts)
            {
                var read = new List<byte>();
                do
                {
                    var frame = await reader.ReadAsync(Cancellation);
                    Assert.Equal((StreamChannel)channel, frame?.Channel);
                    Assert.InRange(frame!.Value.Payload.Length, 0, ChannelFrame.PayloadLimit); // Equal above says it is there.
                    read.AddRange(frame.Value.Payload.ToArray());
                }
                while (read.Count < data.Length);
                Assert.Equal(data, read);
            }
            Assert.Null(await reader.ReadAsync(Cancellation));
        }, iter: 50);

    [Theory]
    [InlineData(-1)]
    [InlineData(ChannelFrame.PayloadLimit + 1)]
    [InlineData(int.MaxValue)]
    public async Task Read_ImpossibleLength_IsRefusedBeforeItIsAllocated(int length)
    {
        var bytes = new byte[ChannelFrame.HeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), length);
        await Assert.ThrowsAsync<InvalidDataException>(() => new ChannelFrameReader(new MemoryStream(bytes)).ReadAsync(Cancellation).AsTask());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Read_CutFrame_IsNoEnd(int length)
    {
        byte[] bytes = [1, 0, 0, 0, 5, 1, 2, 3, 4, 5];
        await Assert.ThrowsAsync<EndOfStreamException>(() => new ChannelFrameReader(new MemoryStream(bytes[..length])).ReadAsync(Cancellation).AsTask());
    }
}
