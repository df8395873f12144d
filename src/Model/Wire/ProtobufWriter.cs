using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Model.Wire;

/// <summary>Writes protobuf's wire format. Source: protobuf.dev, "Encoding".</summary>
public sealed class ProtobufWriter
{
    private const int Varint = 0, Fixed64 = 1, Delimited = 2;
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Number(int field, long value)
    {
        Put(((ulong)field << 3) | Varint);
        Put((ulong)value);
    }

    public void Flag(int field, bool value) => Number(field, value ? 1 : 0);

    public void Real(int field, double value)
    {
        Put(((ulong)field << 3) | Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message inside this one.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var inner = new ProtobufWriter();
        write(inner);
        Bytes(field, inner._bytes.WrittenSpan);
    }

    private void Bytes(int field, ReadOnlySpan<byte> content)
    {
        Put(((ulong)field << 3) | Delimited);
        Put((ulong)content.Length);
        _bytes.Write(content);
    }

    private void Put(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }
        span[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
