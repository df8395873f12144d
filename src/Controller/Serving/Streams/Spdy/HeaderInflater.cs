using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Orchestrator.Controller.Serving.Streams.Spdy;

/// <summary>
/// The headers of one direction of a session: one zlib stream with a preset dictionary, of which each frame has a flushed piece. .NET's zlib
/// takes no dictionary, so the dictionary goes in as a stored block before the first piece, and its bytes are dropped as they come out.
/// </summary>
internal sealed class HeaderInflater : IDisposable
{
    private const int LimitBytes = 64 * 1024;
    private const int ZlibHeaderBytes = 2;
    private const int DictionaryFlag = 0x20;

    private readonly Feed _feed = new();
    private readonly DeflateStream _inflater;
    private bool _started;

    public HeaderInflater() => _inflater = new DeflateStream(_feed, CompressionMode.Decompress);

    /// <summary>Names are lower-case.</summary>
    /// <exception cref="InvalidDataException">Not a header block, or more than 64 KiB of headers.</exception>
    public IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        if (!_started)
        {
            block = Start(block);
        }
        _feed.Put(block);
        return Parse(Inflate());
    }

    public void Dispose() => _inflater.Dispose();

    private ReadOnlySpan<byte> Start(ReadOnlySpan<byte> block)
    {
        if (block.Length < ZlibHeaderBytes || (block[0] & 0x0F) != 8 || BinaryPrimitives.ReadUInt16BigEndian(block) % 31 != 0)
        {
            throw new InvalidDataException("headers that are no zlib stream");
        }
        _started = true;
        if ((block[1] & DictionaryFlag) == 0)
        {
            return block[ZlibHeaderBytes..];
        }
        if (block.Length < ZlibHeaderBytes + 4 || BinaryPrimitives.ReadUInt32BigEndian(block[ZlibHeaderBytes..]) != HeaderDictionary.Id)
        {
            throw new InvalidDataException("headers of another dictionary than SPDY/3's");
        }
        var dictionary = HeaderDictionary.Bytes;
        Span<byte> stored = [0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(stored[1..], (ushort)dictionary.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(stored[3..], (ushort)~dictionary.Length);
        _feed.Put(stored);
        _feed.Put(dictionary);
        _inflater.ReadExactly(new byte[dictionary.Length]);
        return block[(ZlibHeaderBytes + 4)..];
    }

    private ReadOnlySpan<byte> Inflate()
    {
        var output = new byte[4096];
        for (var length = 0; ;)
        {
            var read = _inflater.Read(output, length, output.Length - length);
            if (read == 0)
            {
                return output.AsSpan(0, length);
            }
            length += read;
            if (length > LimitBytes)
            {
                throw new InvalidDataException($"more than {LimitBytes} bytes of headers");
            }
            if (length == output.Length)
            {
                Array.Resize(ref output, output.Length * 2);
            }
        }
    }

    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> text)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var count = Number(ref text); count > 0; count--)
        {
            var name = Text(ref text);
            headers[name] = Text(ref text);
        }
        return headers;

        static int Number(ref ReadOnlySpan<byte> text)
        {
            if (text.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(text) is < 0 or > LimitBytes)
            {
                throw new InvalidDataException("a header block that is cut");
            }
            var number = BinaryPrimitives.ReadInt32BigEndian(text);
            text = text[4..];
            return number;
        }

        static string Text(ref ReadOnlySpan<byte> text)
        {
            var length = Number(ref text);
            if (text.Length < length)
            {
                throw new InvalidDataException("a header block that is cut");
            }
            var value = Encoding.UTF8.GetString(text[..length]);
            text = text[length..];
            return value;
        }
    }

    /// <summary>What was put in and not yet read; its end is no end, more may come.</summary>
    private sealed class Feed : Stream
    {
        private readonly MemoryStream _bytes = new();

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Put(ReadOnlySpan<byte> bytes)
        {
            var position = _bytes.Position;
            if (position == _bytes.Length)
            {
                _bytes.SetLength(0);
                position = 0;
            }
            _bytes.Position = _bytes.Length;
            _bytes.Write(bytes);
            _bytes.Position = position;
        }

        public override int Read(byte[] buffer, int offset, int count) => _bytes.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => _bytes.Read(buffer);

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
