using System.Buffers.Binary;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Writes an answer: the question again, then records that refer to it. Source: RFC 1035, 4.1; RFC 2308 for what is not there.</summary>
internal ref struct DnsAnswer
{
    private const ushort Internet = 1;
    private const int OptionLength = 11;
    /// <summary>Of a record between its owner and its data.</summary>
    private const int FieldsLength = 10;

    private readonly Span<byte> _buffer;
    private readonly DnsQuery _query;
    private readonly int _limit;
    private int _at;
    private int _answers;
    private int _authorities;
    private int _additionals;
    private bool _truncated;

    /// <param name="buffer">Where it goes.</param>
    /// <param name="query">What is answered.</param>
    /// <param name="limit">Octets that it may have.</param>
    public DnsAnswer(Span<byte> buffer, DnsQuery query, int limit)
    {
        _buffer = buffer;
        _query = query;
        _limit = Math.Min(limit, buffer.Length) - (query.HasExtensions ? OptionLength : 0);
        query.Question.CopyTo(buffer[DnsQuery.HeaderLength..]);
        _at = DnsQuery.HeaderLength + query.Question.Length;
    }

    /// <summary>A record of the name asked for.</summary>
    public void Add(DnsRecord record, uint timeToLive) => Write([0xC0, DnsQuery.HeaderLength], record.Type, record.Data, timeToLive, ref _answers);

    /// <summary>A record of another name, such as an alias's target.</summary>
    public void Add(ReadOnlySpan<byte> owner, DnsRecord record, uint timeToLive) => Write(owner, record.Type, record.Data, timeToLive, ref _answers);

    /// <summary>Tells how long an absence may be kept.</summary>
    public void AddAuthority(DnsZone zone) => Write(zone.DomainName, DnsType.Soa, zone.Authority, DnsZone.TimeToLive, ref _authorities);

    /// <summary>What would be asked for next, where there is room for it: its lack is no truncation. Source: RFC 2181, 9.</summary>
    public void AddAdditional(ReadOnlySpan<byte> owner, DnsRecord record, uint timeToLive)
    {
        if (!_truncated && _at + owner.Length + FieldsLength + record.Data.Length <= _limit)
        {
            Write(owner, record.Type, record.Data, timeToLive, ref _additionals);
        }
    }

    /// <returns>Its length.</returns>
    public int Finish(DnsCode code, bool authoritative)
    {
        var extensions = 0;
        if (_query.HasExtensions)
        {
            // Root, OPT, what we take, the upper bits of the code, version 0.
            _buffer.Slice(_at, OptionLength).Clear();
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_at + 1)..], (ushort)DnsType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_at + 3)..], DnsQuery.Limit);
            _buffer[_at + 5] = (byte)((int)code >> 4);
            _at += OptionLength;
            extensions = 1;
        }
        BinaryPrimitives.WriteUInt16BigEndian(_buffer, _query.Id);
        _buffer[2] = (byte)(0x80 | (authoritative ? 4 : 0) | (_truncated ? 2 : 0) | (_query.WantsRecursion ? 1 : 0));
        _buffer[3] = (byte)(0x80 | ((int)code & 0xF));
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[4..], (ushort)(_query.Question.Length > 0 ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[6..], (ushort)_answers);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[8..], (ushort)_authorities);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[10..], (ushort)(_additionals + extensions));
        return _at;
    }

    /// <summary>An answer without records, that says why.</summary>
    public static int Write(Span<byte> buffer, DnsQuery query, DnsCode code) => new DnsAnswer(buffer, query, buffer.Length).Finish(code, authoritative: false);

    /// <summary>An answer that says: ask again over TCP.</summary>
    public static int WriteTruncated(Span<byte> buffer, DnsQuery query, bool authoritative)
    {
        var answer = new DnsAnswer(buffer, query, buffer.Length) { _truncated = true };
        return answer.Finish(DnsCode.NoError, authoritative);
    }

    private void Write(ReadOnlySpan<byte> owner, DnsType type, ReadOnlySpan<byte> data, uint timeToLive, ref int count)
    {
        if (_truncated || _at + owner.Length + FieldsLength + data.Length > _limit)
        {
            _truncated = true;
            return;
        }
        owner.CopyTo(_buffer[_at..]);
        _at += owner.Length;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_at..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_at + 2)..], Internet);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[(_at + 4)..], timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_at + 8)..], (ushort)data.Length);
        data.CopyTo(_buffer[(_at + FieldsLength)..]);
        _at += FieldsLength + data.Length;
        count++;
    }
}
