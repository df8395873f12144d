using System.Globalization;
using System.Net;
using System.Text;

namespace Orchestrator.Agent.Networking.Proxy.Kernel;

/// <summary>
/// Rules as <c>nft</c> reads them: one table, one chain a frontend, found by one look-up in a map however many services there are. A script is one transaction.
/// </summary>
internal sealed class NftDialect(string mark) : IRuleDialect
{
    // Before those of engines (100), so that what is decided here is decided.
    private const int SourcePriority = 95;
    private const int RefusePriority = -110;
    private const string HiddenMark = "0x4000";

    private readonly string _table = $"orchestrator-{mark}";

    public string Name => "nftables";

    public (string Program, IReadOnlyList<string> Arguments) Load => ("nft", ["-f", "-"]);

    public (string Program, IReadOnlyList<string> Arguments) Look => ("nft", ["list", "chain", "ip", _table, "source"]);

    public IReadOnlyList<IReadOnlyList<string>> Hooks => [];

    public string Nothing => $"add table ip {_table}\ndelete table ip {_table}\n";

    public string Whole(IReadOnlyCollection<ProxyRule> rules, NetworkRanges ranges)
    {
        var script = new StringBuilder(Nothing);
        script.Append(CultureInfo.InvariantCulture, $$"""
            table ip {{_table}} {
              map services { type ipv4_addr . inet_proto . inet_service : verdict; }
              map ports { type inet_proto . inet_service : verdict; }
              set refused { type ipv4_addr . inet_proto . inet_service; }
              set refused_ports { type inet_proto . inet_service; }
              set own { type ipv4_addr; flags interval; }
              set pods { type ipv4_addr; flags interval; auto-merge; }
              chain lookup {
                ip daddr . meta l4proto . th dport vmap @services
                fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @ports
              }
              chain refuse {
                ip daddr . meta l4proto . th dport @refused reject
                fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport @refused_ports reject
              }
              chain arriving {
                type nat hook prerouting priority -100; policy accept;
                jump lookup
              }
              chain leaving {
                type nat hook output priority -100; policy accept;
                jump lookup
              }
              chain refuse_arriving {
                type filter hook prerouting priority {{RefusePriority}}; policy accept;
                jump refuse
              }
              chain refuse_leaving {
                type filter hook output priority {{RefusePriority}}; policy accept;
                jump refuse
              }
              chain source {
                type nat hook postrouting priority {{SourcePriority}}; policy accept;
                meta mark & {{HiddenMark}} == {{HiddenMark}} masquerade
                ct status dnat ip saddr @own ip daddr @own masquerade
                ip saddr @own ip daddr @pods snat to ip saddr
              }
            }

            """);
        script.Append(Ranges(ranges));
        foreach (var rule in rules)
        {
            Set(script, null, rule);
        }
        return script.ToString();
    }

    public string Changes(IReadOnlyDictionary<Frontend, ProxyRule> before, IReadOnlyCollection<ProxyRule> set, IReadOnlyCollection<Frontend> removed)
    {
        var script = new StringBuilder();
        foreach (var at in removed)
        {
            if (before.TryGetValue(at, out var old))
            {
                Set(script, old, null);
            }
        }
        foreach (var rule in set)
        {
            Set(script, before.GetValueOrDefault(rule.At), rule);
        }
        return script.ToString();
    }

    public string Ranges(NetworkRanges ranges)
    {
        var script = new StringBuilder();
        script.Append(CultureInfo.InvariantCulture, $"flush set ip {_table} own\nflush set ip {_table} pods\n");
        if (ranges.Own is { } own)
        {
            script.Append(CultureInfo.InvariantCulture, $"add element ip {_table} own {{ {own} }}\n");
        }
        if (ranges.Pods.Count > 0)
        {
            script.Append(CultureInfo.InvariantCulture, $"add element ip {_table} pods {{ {string.Join(", ", ranges.Pods)} }}\n");
        }
        return script.ToString();
    }

    private void Set(StringBuilder script, ProxyRule? before, ProxyRule? after)
    {
        var at = (after ?? before)!.At; // One of them is there.
        var chain = Chain(at);
        var (was, willBe) = (before is { Targets.Length: > 0 }, after is { Targets.Length: > 0 });
        if (before is { Targets.Length: 0 } && (after is null || willBe))
        {
            Line(script, $"delete element ip {_table} {(at.Address is null ? "refused_ports" : "refused")} {{ {Key(at)} }}");
        }
        if (willBe)
        {
            Line(script, $"add chain ip {_table} {chain}");
        }
        if (was && !willBe)
        {
            Line(script, $"delete element ip {_table} {Map(at)} {{ {Key(at)} }}");
        }
        if (was)
        {
            Line(script, $"flush chain ip {_table} {chain}");
        }
        ForgetTargets(script, chain, before, after);
        if (willBe)
        {
            FillChain(script, chain, after!); // It has targets.
            if (!was)
            {
                Line(script, $"add element ip {_table} {Map(at)} {{ {Key(at)} : goto {chain} }}");
            }
        }
        else if (was)
        {
            Line(script, $"delete chain ip {_table} {chain}");
        }
        if (after is { Targets.Length: 0 } && before is not { Targets.Length: 0 })
        {
            Line(script, $"add element ip {_table} {(at.Address is null ? "refused_ports" : "refused")} {{ {Key(at)} }}");
        }
    }

    /// <summary>With affinity each target has a chain and the clients it had: those of targets that stay are kept.</summary>
    private void ForgetTargets(StringBuilder script, string chain, ProxyRule? before, ProxyRule? after)
    {
        if (before?.Affinity is null)
        {
            return;
        }
        foreach (var target in before.Targets.Where(target => after?.Affinity != before.Affinity || !after.Targets.Contains(target)))
        {
            Line(script, $"flush chain ip {_table} {Target(chain, target)}");
            Line(script, $"delete chain ip {_table} {Target(chain, target)}");
            Line(script, $"delete set ip {_table} {Clients(chain, target)}");
        }
    }

    private void FillChain(StringBuilder script, string chain, ProxyRule rule)
    {
        if (rule.HidesClient)
        {
            Line(script, $"add rule ip {_table} {chain} meta mark set meta mark or {HiddenMark}");
        }
        var protocol = rule.At.ProtocolName;
        if (rule.Affinity is { } affinity)
        {
            foreach (var target in rule.Targets)
            {
                var (own, clients) = (Target(chain, target), Clients(chain, target));
                Line(script, $"add set ip {_table} {clients} {{ type ipv4_addr; flags dynamic,timeout; timeout {(long)affinity.TotalSeconds}s; }}");
                Line(script, $"add chain ip {_table} {own}");
                Line(script, $"flush chain ip {_table} {own}");
                Line(script, $"add rule ip {_table} {own} update @{clients} {{ ip saddr }}");
                Line(script, $"add rule ip {_table} {own} meta l4proto {protocol} dnat ip to {target}");
                Line(script, $"add rule ip {_table} {chain} ip saddr @{clients} goto {own}");
            }
            Line(script, $"add rule ip {_table} {chain} numgen random mod {rule.Targets.Length} vmap {{ {string.Join(", ", rule.Targets.Select((target, i) => $"{i} : goto {Target(chain, target)}"))} }}");
        }
        else if (rule.Targets is [var only])
        {
            Line(script, $"add rule ip {_table} {chain} meta l4proto {protocol} dnat ip to {only}");
        }
        else
        {
            Line(script, $"add rule ip {_table} {chain} meta l4proto {protocol} dnat ip to numgen random mod {rule.Targets.Length} map {{ {string.Join(", ", rule.Targets.Select((target, i) => $"{i} : {target.Address} . {target.Port}"))} }}");
        }
    }

    private static void Line(StringBuilder script, FormattableString line) => script.Append(FormattableString.Invariant(line)).Append('\n');

    private static string Map(Frontend at) => at.Address is null ? "ports" : "services";

    private static string Key(Frontend at) => at.Address is null ? $"{at.ProtocolName} . {at.Port}" : $"{at.Address} . {at.ProtocolName} . {at.Port}";

    private static string Chain(Frontend at) => at.Address is null ? $"p_{at.ProtocolName}_{at.Port}" : $"s_{at.Address}_{at.ProtocolName}_{at.Port}";

    private static string Target(string chain, IPEndPoint target) => $"{chain}_to_{target.Address}_{target.Port}";

    private static string Clients(string chain, IPEndPoint target) => $"{chain}_of_{target.Address}_{target.Port}";
}
