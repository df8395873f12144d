using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Model.Wire;

/// <summary>Protobuf's wire format. Source: protobuf.dev, "Encoding".</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Reads the next field: its number, and either its value as an integer or its bytes.</summary>
    /// <exception cref="ApiException">BadRequest: the bytes end in the middle or are no protobuf.</exception>
    public (int Number, ulong Value) Next(out ReadOnlySpan<byte> content)
    {
        var tag = Varint();
        content = default;
        var number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                return (number, Varint());
            case 1:
                return (number, BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));
            case 2:
                var length = Varint();
                content = Take(length > int.MaxValue ? int.MaxValue : (int)length);
                return (number, 0);
            case 5:
                return (number, BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
            default:
                throw Malformed();
        }
    }

    public static string Text(ReadOnlySpan<byte> content)
    {
        try
        {
            return StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed();
        }
    }

    public static ApiException Malformed() => ApiException.BadRequest("the body is not valid protobuf");

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Malformed();
        }
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
