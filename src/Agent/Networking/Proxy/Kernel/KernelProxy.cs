using System.Net;

namespace Orchestrator.Agent.Networking.Proxy.Kernel;

/// <summary>Has the kernel bring connections to services. Changes are told as differences; when what is there is not what was told, all is told anew.</summary>
internal sealed class KernelProxy(IRuleDialect dialect, Func<NetworkRanges> ranges, ILogger logger) : IProxyRules
{
    private readonly Dictionary<Frontend, ProxyRule> _rules = [];
    private readonly PodBridge _bridge = new();
    private NetworkRanges? _ranges;
    /// <summary>Nothing that is there can be relied on.</summary>
    private bool _anew = true;

    public string Name => dialect.Name;

    public async Task<IReadOnlyList<ProxyFault>> ApplyAsync(IReadOnlyCollection<ProxyRule> set, IReadOnlyCollection<Frontend> removed, CancellationToken cancellationToken)
    {
        var reachable = set.Select(Reachable).ToArray();
        var gone = GoneTargets(reachable, removed);
        var own = ranges().Own;
        var hasLocal = own is not null && reachable.SelectMany(rule => rule.Targets).Any(target => IPNetwork.Parse(own).Contains(target.Address));
        if (!_anew)
        {
            var script = dialect.Changes(_rules, reachable, removed);
            var result = await LoadAsync(script, cancellationToken);
            if (result.ExitCode != 0)
            {
                Log.RulesNotAsTold(logger, result.Error);
                _anew = true;
            }
        }
        foreach (var at in removed)
        {
            _rules.Remove(at);
        }
        foreach (var rule in reachable)
        {
            _rules[rule.At] = rule;
        }
        if (_anew)
        {
            await LoadWholeAsync(cancellationToken);
        }
        if (hasLocal)
        {
            await _bridge.LetPodsReachThemselvesAsync(own!, cancellationToken); // There are targets in it.
        }
        foreach (var (at, target) in gone)
        {
            await ForgetAsync(at, target, cancellationToken);
        }
        return [];
    }

    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        var (program, arguments) = dialect.Look;
        if (_anew || (await Tool.RunAsync(program, arguments, null, cancellationToken)).ExitCode != 0)
        {
            await LoadWholeAsync(cancellationToken);
        }
        else
        {
            await HookAsync(cancellationToken);
            if (ranges() is var now && now != _ranges)
            {
                (await LoadAsync(dialect.Ranges(now), cancellationToken)).Succeeded("ranges of pods");
                _ranges = now;
            }
        }
        await OpenForwardingAsync(cancellationToken);
    }

    /// <summary>The rules stay, as the pods do: connections go on being made while no agent runs.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task LoadWholeAsync(CancellationToken cancellationToken)
    {
        var now = ranges();
        (await LoadAsync(dialect.Whole(_rules.Values, now), cancellationToken)).Succeeded("rules of services");
        await HookAsync(cancellationToken);
        (_ranges, _anew) = (now, false);
    }

    private Task<ToolResult> LoadAsync(string script, CancellationToken cancellationToken)
    {
        if (script.Length == 0)
        {
            return Task.FromResult(new ToolResult(0, "", ""));
        }
        var (program, arguments) = dialect.Load;
        return Tool.RunAsync(program, arguments, script, cancellationToken);
    }

    private async Task HookAsync(CancellationToken cancellationToken)
    {
        foreach (var hook in dialect.Hooks)
        {
            await EnsureFirstAsync(hook[0], hook[1], hook.Skip(2), cancellationToken);
        }
    }

    /// <summary>An engine drops what comes from elsewhere for its containers; it leaves a chain for those who know better.</summary>
    private async Task OpenForwardingAsync(CancellationToken cancellationToken)
    {
        const string chain = "DOCKER-USER";
        if (ranges().Own is not { } own || (await Tool.RunAsync("iptables", ["--wait", "-n", "-L", chain], null, cancellationToken)).ExitCode != 0)
        {
            return;
        }
        // To this node's pods, and through this node to those of others.
        string[][] rules = [["-d", own], ["-m", "conntrack", "--ctstate", "DNAT"]];
        foreach (var rule in rules)
        {
            string[] whole = [.. rule, "-m", "comment", "--comment", "orchestrator", "-j", "ACCEPT"];
            if ((await Tool.RunAsync("iptables", ["--wait", "-C", chain, .. whole], null, cancellationToken)).ExitCode != 0)
            {
                (await Tool.RunAsync("iptables", ["--wait", "-I", chain, "1", .. whole], null, cancellationToken)).Succeeded($"iptables {chain}");
            }
        }
    }

    /// <summary>The rule is the first of its chain. Engines put theirs first too, whenever they make a network.</summary>
    private static async Task EnsureFirstAsync(string table, string chain, IEnumerable<string> rule, CancellationToken cancellationToken)
    {
        var words = rule.ToArray();
        var text = $"-A {chain} {string.Join(' ', words)}";
        var lines = (await Tool.RunAsync("iptables", ["--wait", "-t", table, "-S", chain], null, cancellationToken)).Output.Split('\n').Select(line => line.Trim()).ToArray();
        if (lines.FirstOrDefault(line => line.StartsWith("-A", StringComparison.Ordinal)) == text)
        {
            return;
        }
        (await Tool.RunAsync("iptables", ["--wait", "-t", table, "-I", chain, "1", .. words], null, cancellationToken)).Succeeded($"iptables {chain}");
        if (lines.Contains(text))
        {
            // The number of the old one: it moved down by one.
            var place = lines.Where(line => line.StartsWith("-A", StringComparison.Ordinal)).ToList().IndexOf(text) + 2;
            (await Tool.RunAsync("iptables", ["--wait", "-t", table, "-D", chain, $"{place}"], null, cancellationToken)).Succeeded($"iptables {chain}");
        }
    }

    /// <summary>A container cannot be brought to the machine's loopback: pods of processes are left to those who can reach them, unless there is nobody else.</summary>
    private static ProxyRule Reachable(ProxyRule rule) =>
        rule.Targets.Any(target => !IPAddress.IsLoopback(target.Address)) ? rule with { Targets = [.. rule.Targets.Where(target => !IPAddress.IsLoopback(target.Address))] } : rule;

    private List<(Frontend At, IPEndPoint Target)> GoneTargets(IReadOnlyCollection<ProxyRule> set, IReadOnlyCollection<Frontend> removed) =>
    [
        .. set.Where(rule => rule.At.Protocol == ProxyProtocol.Udp && _rules.ContainsKey(rule.At)).SelectMany(rule => _rules[rule.At].Targets.Except(rule.Keeping).Select(target => (rule.At, target))),
        .. removed.Where(at => at.Protocol == ProxyProtocol.Udp && _rules.ContainsKey(at)).SelectMany(at => _rules[at].Targets.Select(target => (at, target))),
    ];

    /// <summary>The kernel takes datagrams between the same ports for one connection while they come: a client that goes on asking would never reach another target.</summary>
    private static async Task ForgetAsync(Frontend at, IPEndPoint target, CancellationToken cancellationToken)
    {
        if (Tool.Find("conntrack") is not null)
        {
            string[] to = at.Address is { } address ? ["--orig-dst", $"{address}"] : [];
            // It fails where there is none, which is as well.
            await Tool.RunAsync("conntrack", ["-D", "-p", "udp", .. to, "--orig-port-dst", $"{at.Port}", "--reply-src", $"{target.Address}"], null, cancellationToken);
        }
    }
}
