using System.Globalization;
using System.Net;
using System.Text;

namespace Orchestrator.Agent.Networking.Proxy.Kernel;

/// <summary>
/// Rules as <c>iptables-restore</c> reads them, for systems without nft: a chain a frontend, and a list of all frontends that is gone through in order.
/// </summary>
internal sealed class IptablesDialect(string mark) : IRuleDialect
{
    private const string HiddenMark = "0x4000/0x4000";

    // A chain's name has 28 characters at most.
    private readonly string _prefix = $"ORC-{mark}";

    public string Name => "iptables";

    // Chains that are named in the script are emptied first, others stay. It waits for whoever else is changing rules.
    public (string Program, IReadOnlyList<string> Arguments) Load => ("iptables-restore", ["--wait", "--noflush"]);

    public (string Program, IReadOnlyList<string> Arguments) Look => ("iptables", ["--wait", "-t", "nat", "-n", "-L", Source]);

    public IReadOnlyList<IReadOnlyList<string>> Hooks =>
    [
        ["nat", "PREROUTING", "-j", Services], ["nat", "OUTPUT", "-j", Services],
        ["nat", "POSTROUTING", "-j", Source],
        ["filter", "FORWARD", "-j", Refused], ["filter", "OUTPUT", "-j", Refused], ["filter", "INPUT", "-j", Refused],
    ];

    private string Services => _prefix + "-services";

    private string Ports => _prefix + "-ports";

    private string Source => _prefix + "-source";

    private string Refused => _prefix + "-refused";

    /// <summary>Emptied; chains that nothing calls any more go when the program that reads this is asked to remove them one by one, which purge does.</summary>
    public string Nothing => $"*nat\n:{Services} - [0:0]\n:{Ports} - [0:0]\n:{Source} - [0:0]\nCOMMIT\n*filter\n:{Refused} - [0:0]\nCOMMIT\n";

    public string Whole(IReadOnlyCollection<ProxyRule> rules, NetworkRanges ranges)
    {
        var (nat, filter) = (new StringBuilder(), new StringBuilder());
        Line(nat, $":{Services} - [0:0]");
        Line(nat, $":{Ports} - [0:0]");
        Line(filter, $":{Refused} - [0:0]");
        // Node ports are looked for last: they are ports of addresses that services may have.
        Line(nat, $"-A {Services} -m addrtype --dst-type LOCAL ! -d 127.0.0.0/8 -j {Ports}");
        foreach (var rule in rules)
        {
            Set(nat, filter, null, rule);
        }
        SourceChain(nat, ranges);
        return Script(nat, filter);
    }

    public string Changes(IReadOnlyDictionary<Frontend, ProxyRule> before, IReadOnlyCollection<ProxyRule> set, IReadOnlyCollection<Frontend> removed)
    {
        var (nat, filter) = (new StringBuilder(), new StringBuilder());
        foreach (var at in removed)
        {
            if (before.TryGetValue(at, out var old))
            {
                Set(nat, filter, old, null);
            }
        }
        foreach (var rule in set)
        {
            Set(nat, filter, before.GetValueOrDefault(rule.At), rule);
        }
        return Script(nat, filter);
    }

    public string Ranges(NetworkRanges ranges)
    {
        var nat = new StringBuilder();
        SourceChain(nat, ranges);
        return Script(nat, new());
    }

    private static string Script(StringBuilder nat, StringBuilder filter) => (nat.Length == 0 ? "" : $"*nat\n{nat}COMMIT\n") + (filter.Length == 0 ? "" : $"*filter\n{filter}COMMIT\n");

    private void SourceChain(StringBuilder nat, NetworkRanges ranges)
    {
        Line(nat, $":{Source} - [0:0]");
        Line(nat, $"-A {Source} -m mark --mark {HiddenMark} -j MASQUERADE");
        if (ranges.Own is { } own)
        {
            Line(nat, $"-A {Source} -s {own} -d {own} -m conntrack --ctstate DNAT -j MASQUERADE");
            foreach (var pods in ranges.Pods)
            {
                Line(nat, $"-A {Source} -s {own} -d {pods} -j ACCEPT");
            }
        }
    }

    private void Set(StringBuilder nat, StringBuilder filter, ProxyRule? before, ProxyRule? after)
    {
        var at = (after ?? before)!.At; // One of them is there.
        var chain = Chain(at);
        var (was, willBe) = (before is { Targets.Length: > 0 }, after is { Targets.Length: > 0 });
        if (before is { Targets.Length: 0 } && (after is null || willBe))
        {
            Line(filter, $"-D {Refused} {Match(at, original: true)} -j REJECT");
        }
        if (was && !willBe)
        {
            Line(nat, $"-D {(at.Address is null ? Ports : Services)} {Match(at, original: false)} -j {chain}");
        }
        if (was || willBe)
        {
            // A chain that is named is emptied, or made.
            Line(nat, $":{chain} - [0:0]");
        }
        ForgetTargets(nat, chain, before, after);
        if (willBe)
        {
            FillChain(nat, chain, after!); // It has targets.
            if (!was)
            {
                Line(nat, $"{(at.Address is null ? $"-A {Ports}" : $"-I {Services} 1")} {Match(at, original: false)} -j {chain}");
            }
        }
        else if (was)
        {
            Line(nat, $"-X {chain}");
        }
        if (after is { Targets.Length: 0 } && before is not { Targets.Length: 0 })
        {
            Line(filter, $"-A {Refused} {Match(at, original: true)} -j REJECT");
        }
    }

    private void ForgetTargets(StringBuilder nat, string chain, ProxyRule? before, ProxyRule? after)
    {
        if (before?.Affinity is null)
        {
            return;
        }
        foreach (var target in before.Targets.Where(target => after?.Affinity is null || !after.Targets.Contains(target)))
        {
            Line(nat, $":{Target(chain, target)} - [0:0]");
            Line(nat, $"-X {Target(chain, target)}");
        }
    }

    private void FillChain(StringBuilder nat, string chain, ProxyRule rule)
    {
        if (rule.HidesClient)
        {
            Line(nat, $"-A {chain} -j MARK --or-mark 0x4000");
        }
        var protocol = rule.At.ProtocolName;
        if (rule.Affinity is { } affinity)
        {
            foreach (var target in rule.Targets)
            {
                var own = Target(chain, target);
                Line(nat, $":{own} - [0:0]");
                Line(nat, $"-A {own} -p {protocol} -m recent --name {own} --set -j DNAT --to-destination {target}");
                Line(nat, $"-A {chain} -m recent --name {own} --rcheck --seconds {(long)affinity.TotalSeconds} --reap -j {own}");
            }
        }
        for (var i = 0; i < rule.Targets.Length; i++)
        {
            // Each takes its share of what those before it left.
            var share = i == rule.Targets.Length - 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" -m statistic --mode random --probability {1.0 / (rule.Targets.Length - i):F10}");
            var target = rule.Targets[i];
            var verdict = rule.Affinity is null ? $"DNAT --to-destination {target}" : Target(chain, target);
            Line(nat, $"-A {chain} -p {protocol}{share} -j {verdict}");
        }
    }

    private static void Line(StringBuilder script, FormattableString line) => script.Append(FormattableString.Invariant(line)).Append('\n');

    private static string Match(Frontend at, bool original) => at.Address is { } address
        ? $"-d {address}/32 -p {at.ProtocolName} -m {at.ProtocolName} --dport {at.Port}"
        : $"-p {at.ProtocolName} -m {at.ProtocolName} --dport {at.Port}{(original ? " -m addrtype --dst-type LOCAL" : "")}";

    private string Chain(Frontend at) => $"{_prefix}-{Short(at.ToString())}";

    private string Target(string chain, IPEndPoint target) => $"{_prefix}-{Short($"{chain} {target}")}";

    private static string Short(string text) => RuleMark.Of(text, 6);
}
