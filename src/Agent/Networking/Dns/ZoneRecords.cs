using System.Collections.Immutable;
using System.Net;
using k8s.Models;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>
/// The records of one service, by name. Source: Kubernetes DNS-Based Service Discovery, 2.3 to 2.5.
/// </summary>
internal static class ZoneRecords
{
    public static Dictionary<string, ImmutableArray<DnsRecord>> Of(ServiceState state, string domain)
    {
        var records = new Records();
        var name = $"{state.Name.Name}.{state.Name.Namespace}.svc.{domain}";
        if (state.IsExternalName)
        {
            var target = state.Service.Spec.ExternalName?.TrimEnd('.').ToLowerInvariant() ?? "";
            if (DnsName.CanEncode(target))
            {
                records.Add(name, DnsRecord.Cname(target));
            }
        }
        else if (state.IsHeadless)
        {
            // Without a ready member there is no such name.
            AddMembers(records, state, name);
            return records.Build(domain);
        }
        else
        {
            foreach (var address in state.Addresses)
            {
                records.Add(name, DnsRecord.Of(address));
                records.Add(DnsName.Reverse(address), DnsRecord.Ptr(name));
            }
            foreach (var port in state.Service.Spec.Ports ?? [])
            {
                AddPort(records, name, port.Name, port.Protocol, [(name, port.Port)]);
            }
        }
        records.Exists(name);
        return records.Build(domain);
    }

    /// <summary>A headless service's name stands for its members; each has a name of its own: its hostname, or its address with dashes.</summary>
    private static void AddMembers(Records records, ServiceState state, string name)
    {
        var ports = new Dictionary<(string? Name, string? Protocol), List<(string Target, int Port)>>();
        foreach (var slice in state.Slices)
        {
            foreach (var endpoint in (slice.Endpoints ?? []).Where(endpoint => endpoint.Conditions?.Ready ?? true))
            {
                foreach (var address in endpoint.Addresses.Select(text => IPAddress.TryParse(text, out var parsed) ? parsed : null).OfType<IPAddress>())
                {
                    var member = $"{(string.IsNullOrEmpty(endpoint.Hostname) ? Dashed(address) : endpoint.Hostname)}.{name}";
                    records.Add(name, DnsRecord.Of(address));
                    records.Add(member, DnsRecord.Of(address));
                    records.Add(DnsName.Reverse(address), DnsRecord.Ptr(member));
                    foreach (var port in (slice.Ports ?? []).Where(port => port.Port is not null))
                    {
                        var key = (port.Name, port.Protocol);
                        if (!ports.TryGetValue(key, out var targets))
                        {
                            ports[key] = targets = [];
                        }
                        targets.Add((member, port.Port!.Value));
                    }
                }
            }
        }
        foreach (var (port, targets) in ports)
        {
            AddPort(records, name, port.Name, port.Protocol, [.. targets.Distinct()]);
        }
    }

    private static void AddPort(Records records, string name, string? port, string? protocol, IReadOnlyList<(string Target, int Port)> targets)
    {
        // A port without a name has no SRV record.
        foreach (var (target, number) in string.IsNullOrEmpty(port) ? [] : targets)
        {
            var record = DnsRecord.Srv(target, number, targets.Count);
            records.Add(name, record);
            records.Add($"_{port}._{(protocol ?? "TCP").ToLowerInvariant()}.{name}", record);
        }
    }

    private static string Dashed(IPAddress address) => address.ToString().Replace('.', '-').Replace(':', '-');

    private sealed class Records
    {
        private readonly Dictionary<string, HashSet<DnsRecord>> _names = new(StringComparer.Ordinal);

        public void Add(string name, DnsRecord record)
        {
            if (DnsName.CanEncode(name))
            {
                Exists(name).Add(record);
            }
        }

        public HashSet<DnsRecord> Exists(string name)
        {
            if (!_names.TryGetValue(name, out var records))
            {
                _names[name] = records = [];
            }
            return records;
        }

        /// <summary>With the names between a record and the zone's top: they exist, though they have no records.</summary>
        public Dictionary<string, ImmutableArray<DnsRecord>> Build(string domain)
        {
            foreach (var name in _names.Keys.Where(name => name.EndsWith("." + domain, StringComparison.Ordinal)).ToArray())
            {
                for (var parent = Parent(name); parent.Length > domain.Length; parent = Parent(parent))
                {
                    Exists(parent);
                }
            }
            return _names.ToDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal);
        }

        private static string Parent(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
    }
}
