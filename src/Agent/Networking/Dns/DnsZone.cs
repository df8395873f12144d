using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>
/// The cluster's names and what they stand for. Changed service by service; read without a lock and without garbage.
/// </summary>
internal sealed class DnsZone
{
    private readonly ConcurrentDictionary<string, ImmutableArray<DnsRecord>> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<DnsRecord>>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    /// <summary>What each service adds to a name: two headless services may share a member's address.</summary>
    private readonly Dictionary<string, Dictionary<ServiceName, ImmutableArray<DnsRecord>>> _shares = new(StringComparer.Ordinal);
    private readonly Dictionary<ServiceName, Dictionary<string, ImmutableArray<DnsRecord>>> _services = [];
    private readonly Lock _lock = new();
    private readonly string _pods;

    public DnsZone(string domain)
    {
        Domain = domain;
        _pods = ".pod." + domain;
        _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var name in new[] { domain, "svc." + domain, "pod." + domain })
        {
            _names[name] = [];
        }
        _names["dns-version." + domain] = [DnsRecord.Txt("1.1.0")];
        Authority = [.. DnsName.Encode("ns.dns." + domain), .. DnsName.Encode("hostmaster." + domain), .. Numbers(1, 7200, 1800, 86400, TimeToLive)];
        DomainName = DnsName.Encode(domain);
    }

    /// <summary>Seconds that a client may keep an answer, or its absence.</summary>
    public const uint TimeToLive = 5;

    /// <summary>Lower case, no dot at the end: <c>cluster.local</c>.</summary>
    public string Domain { get; }

    public byte[] DomainName { get; }

    /// <summary>The data of the zone's SOA record.</summary>
    public byte[] Authority { get; }

    /// <summary>Puts a service's records in place of those it had; null takes them away.</summary>
    public void Set(ServiceName service, Dictionary<string, ImmutableArray<DnsRecord>>? records)
    {
        lock (_lock)
        {
            var before = _services.GetValueOrDefault(service) ?? [];
            foreach (var (name, share) in records ?? [])
            {
                if (!before.TryGetValue(name, out var old) || !old.SequenceEqual(share))
                {
                    if (!_shares.TryGetValue(name, out var shares))
                    {
                        _shares[name] = shares = [];
                    }
                    shares[service] = share;
                    Merge(name, shares);
                }
            }
            foreach (var name in before.Keys.Where(name => records?.ContainsKey(name) != true))
            {
                var shares = _shares[name];
                shares.Remove(service);
                Merge(name, shares);
            }
            if (records is null)
            {
                _services.Remove(service);
            }
            else
            {
                _services[service] = records;
            }
        }
    }

    /// <summary>True for names that are answered here and nowhere else.</summary>
    public bool Owns(ReadOnlySpan<char> name) =>
        name.EndsWith(Domain, StringComparison.Ordinal) && (name.Length == Domain.Length || name[^(Domain.Length + 1)] == '.');

    /// <summary>The records of a name, of all types; false when there is no such name.</summary>
    public bool TryFind(ReadOnlySpan<char> name, out ImmutableArray<DnsRecord> records)
    {
        if (_lookup.TryGetValue(name, out records))
        {
            return true;
        }
        if (PodAddress(name) is { } address)
        {
            records = [DnsRecord.Of(address)];
            return true;
        }
        return false;
    }

    private void Merge(string name, Dictionary<ServiceName, ImmutableArray<DnsRecord>> shares)
    {
        if (shares.Count == 0)
        {
            _shares.Remove(name);
            // The zone's own top stays.
            if (name.Length > 4 + Domain.Length || !Owns(name))
            {
                _names.TryRemove(name, out _);
            }
            return;
        }
        _names[name] = shares.Count == 1 ? shares.Values.First() : [.. shares.Values.SelectMany(share => share).Distinct()];
    }

    /// <summary>What <c>1-2-3-4.namespace.pod.domain</c> says by itself. Source: DNS-Based Service Discovery, 2.5.</summary>
    private IPAddress? PodAddress(ReadOnlySpan<char> name)
    {
        if (!name.EndsWith(_pods, StringComparison.Ordinal))
        {
            return null;
        }
        var rest = name[..^_pods.Length];
        var dot = rest.IndexOf('.');
        if (dot < 0 || rest[(dot + 1)..].Contains('.'))
        {
            return null;
        }
        Span<char> text = stackalloc char[15];
        var label = rest[..dot];
        if (label.Length > text.Length || label.Count('-') != 3)
        {
            return null;
        }
        label.Replace(text, '-', '.');
        return IPAddress.TryParse(text[..label.Length], out var address) && address.ToString().Length == label.Length ? address : null;
    }

    private static byte[] Numbers(params uint[] numbers) => [.. numbers.SelectMany(number => (byte[])[(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number])];
}
