using System.Collections.Immutable;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Answers what the cluster's zone knows; tells what others have to be asked.</summary>
internal sealed class DnsResponder(DnsZone zone)
{
    private const ushort Internet = 1;
    private const ushort AnyClass = 255;
    /// <summary>Aliases that point to aliases of this zone.</summary>
    private const int MaxAliases = 8;

    private int _turn;

    public DnsZone Zone => zone;

    /// <param name="query">The question.</param>
    /// <param name="buffer">Room for the answer.</param>
    /// <param name="limit">Octets that the answer may have.</param>
    /// <param name="length">The answer's length, where there is one.</param>
    /// <returns>Null when the answer is in the buffer; else the name that others have to be asked for: the question's own, or what it is an alias of.</returns>
    public string? Answer(DnsQuery query, Span<byte> buffer, int limit, out int length)
    {
        length = 0;
        if (query.Problem != DnsCode.NoError)
        {
            length = DnsAnswer.Write(buffer, query, query.Problem);
            return null;
        }
        if (query.Class is not (Internet or AnyClass))
        {
            length = DnsAnswer.Write(buffer, query, DnsCode.Refused);
            return null;
        }
        var found = zone.TryFind(query.Name, out var records);
        if (!found && !zone.Owns(query.Name))
        {
            return query.Name.ToString();
        }
        var answer = new DnsAnswer(buffer, query, limit);
        if (!found)
        {
            answer.AddAuthority(zone);
            length = answer.Finish(DnsCode.NoSuchName, authoritative: true);
            return null;
        }
        if (query.Type is not (DnsType.Cname or DnsType.Any) && Alias(records) is { } alias)
        {
            return Follow(alias, query, answer, out length);
        }
        var any = Add(ref answer, query, [], records);
        if (query.Type is DnsType.Soa or DnsType.Any && query.Name.SequenceEqual(zone.Domain))
        {
            answer.Add(new(DnsType.Soa, zone.Authority), DnsZone.TimeToLive);
            any = true;
        }
        if (!any)
        {
            answer.AddAuthority(zone);
        }
        else if (query.Type == DnsType.Srv)
        {
            AddTargets(ref answer, records);
        }
        length = answer.Finish(DnsCode.NoError, authoritative: true);
        return null;
    }

    private string? Follow(DnsRecord alias, DnsQuery query, DnsAnswer answer, out int length)
    {
        length = 0;
        answer.Add(alias, DnsZone.TimeToLive);
        for (var step = 0; step < MaxAliases; step++)
        {
            var target = Text(alias.Data);
            if (!zone.TryFind(target, out var records))
            {
                if (!zone.Owns(target))
                {
                    return target;
                }
                answer.AddAuthority(zone);
                length = answer.Finish(DnsCode.NoSuchName, authoritative: true);
                return null;
            }
            if (Alias(records) is not { } next)
            {
                Add(ref answer, query, alias.Data, records);
                length = answer.Finish(DnsCode.NoError, authoritative: true);
                return null;
            }
            answer.Add(alias.Data, next, DnsZone.TimeToLive);
            alias = next;
        }
        length = answer.Finish(DnsCode.ServerFailure, authoritative: true);
        return null;
    }

    /// <summary>Several addresses take turns at being first: many clients use that one only.</summary>
    private bool Add(ref DnsAnswer answer, DnsQuery query, ReadOnlySpan<byte> owner, ImmutableArray<DnsRecord> records)
    {
        if (records.IsEmpty)
        {
            return false;
        }
        var (any, first) = (false, (int)((uint)_turn++ % (uint)records.Length));
        for (var i = 0; i < records.Length; i++)
        {
            var record = records[(first + i) % records.Length];
            if (record.Type == query.Type || query.Type == DnsType.Any)
            {
                any = true;
                if (owner.IsEmpty)
                {
                    answer.Add(record, DnsZone.TimeToLive);
                }
                else
                {
                    answer.Add(owner, record, DnsZone.TimeToLive);
                }
            }
        }
        return any;
    }

    /// <summary>Whoever asked for places asks for their addresses next.</summary>
    private void AddTargets(ref DnsAnswer answer, ImmutableArray<DnsRecord> places)
    {
        foreach (var place in places.Where(place => place.Type == DnsType.Srv))
        {
            var target = place.Data.AsSpan(DnsRecord.SrvTargetAt);
            foreach (var address in zone.TryFind(Text(target), out var records) ? records.Where(record => record.Type is DnsType.A or DnsType.Aaaa) : [])
            {
                answer.AddAdditional(target, address, DnsZone.TimeToLive);
            }
        }
    }

    private static DnsRecord? Alias(ImmutableArray<DnsRecord> records)
    {
        foreach (var record in records)
        {
            if (record.Type == DnsType.Cname)
            {
                return record;
            }
        }
        return null;
    }

    private static string Text(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[DnsName.MaxLength];
        return DnsName.Read(name, text, out var length) > 0 ? text[..length].ToString() : "";
    }
}
