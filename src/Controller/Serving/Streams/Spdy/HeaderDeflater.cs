using System.IO.Compression;

namespace Orchestrator.Controller.Serving.Streams.Spdy;

/// <summary>Our own headers: always none, so that no dictionary is needed; still pieces of one zlib stream.</summary>
internal sealed class HeaderDeflater : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly ZLibStream _deflater;

    public HeaderDeflater() => _deflater = new ZLibStream(_output, CompressionLevel.Fastest);

    public byte[] NoHeaders()
    {
        _output.SetLength(0);
        _deflater.Write([0, 0, 0, 0]);
        _deflater.Flush();
        return _output.ToArray();
    }

    public void Dispose() => _deflater.Dispose();
}
