using Orchestrator.Controller.Serving.Streams.Spdy;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving.Streams;

public sealed class HeaderInflaterTests
{
    // Three blocks of one stream, made with zlib and the protocol's dictionary: a stream for errors, one for data, one without headers.
    private static readonly string[] Blocks =
    [
        "78bbe3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c6061606100a4398b20d198094ade8c0600000000ffff",
        "c2aa19540e2512d60b000000ffff",
        "02120c00000000ffff",
    ];

    [Fact]
    public void Read_BlocksOfOneStream_ShareDictionaryAndHistory()
    {
        using var inflater = new HeaderInflater();
        var (errors, data, none) = (Read(inflater, 0), Read(inflater, 1), Read(inflater, 2));
        Assert.Equal(("error", "8080", "0", 3), (errors["streamtype"], errors["port"], errors["requestid"], errors.Count));
        Assert.Equal(("data", "8080", "0", 3), (data["streamtype"], data["port"], data["requestid"], data.Count));
        Assert.Empty(none);
    }

    [Fact]
    public void Read_OwnBlocks_AreReadToo()
    {
        using var deflater = new HeaderDeflater();
        using var inflater = new HeaderInflater();
        Assert.Empty(inflater.Read(deflater.NoHeaders()));
        Assert.Empty(inflater.Read(deflater.NoHeaders()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ffff")]
    [InlineData("78bb00000000")]
    [InlineData("78bbe3c6a7c2ffffffffffff")]
    public void Read_NoHeaderBlock_IsRefused(string hex)
    {
        using var inflater = new HeaderInflater();
        Assert.Throws<InvalidDataException>(() => inflater.Read(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Read_BlockThatGrowsOutOfBounds_IsRefused()
    {
        using var packed = new MemoryStream();
        using (var deflater = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            deflater.Write(new byte[10 << 20]);
        }
        using var inflater = new HeaderInflater();
        Assert.Contains("65536", Assert.Throws<InvalidDataException>(() => inflater.Read(packed.ToArray())).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> Read(HeaderInflater inflater, int block) => inflater.Read(Convert.FromHexString(Blocks[block]));
}
