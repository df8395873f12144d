using System.Diagnostics;
using System.Net;
using CsCheck;
using Orchestrator.Agent.Networking.Proxy;
using Orchestrator.Agent.Networking.Proxy.Kernel;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Proxy;

/// <summary>The programs themselves read the scripts, in a network of their own: what changes lead to has to be what the whole would have made.</summary>
public sealed class KernelRulesTests
{
    private static readonly NetworkRanges Ranges = new("10.244.0.0/24", ["10.244.1.0/24", "10.244.2.0/24"]);

    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public void Changes_LeadToWhatTheWholeWouldHaveMade(string name)
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/unshare"), "a network of its own needs root");
        IRuleDialect dialect = name == "nftables" ? new NftDialect("test") : new IptablesDialect("test");
        Assert.SkipWhen(Orchestrator.Agent.Networking.Tool.Find(dialect.Load.Program) is null, $"{dialect.Load.Program} is not installed");
        Gen.Select(Rules, Rules, Rules).Sample((one, two, three) =>
        {
            var script = new List<string> { Run(dialect, dialect.Whole(one.Values, Ranges)) };
            script.AddRange(Steps(dialect, one, two));
            script.AddRange(Steps(dialect, two, three));
            script.Add(Show(dialect));
            var changed = InOwnNetwork(string.Join('\n', script));
            var whole = InOwnNetwork(string.Join('\n', Run(dialect, dialect.Whole(three.Values, Ranges)), Show(dialect)));
            Assert.Equal(whole, changed);
        }, iter: 12, threads: 1);
    }

    private static readonly Gen<Frontend> Places = Gen.Select(Gen.Int[0, 3], Gen.Bool.Select(node => node ? 30080 : 80), Gen.Bool.Select(tcp => tcp ? ProxyProtocol.Tcp : ProxyProtocol.Udp),
        (address, port, protocol) => new Frontend(port == 30080 ? null : IPAddress.Parse($"10.96.0.{address}"), port, protocol));

    private static readonly Gen<Dictionary<Frontend, ProxyRule>> Rules = Gen.Select(
            Places, Gen.Int[1, 4].HashSet[0, 3], Gen.Bool.Select(sticky => sticky ? TimeSpan.FromSeconds(60) : (TimeSpan?)null), Gen.Bool,
            (at, targets, affinity, hides) => new ProxyRule(at, [.. targets.Order().Select(n => new IPEndPoint(IPAddress.Parse($"10.244.0.{n}"), 8080))], [], affinity, hides))
        .Array[0, 4].Select(rules => rules.DistinctBy(rule => rule.At).ToDictionary(rule => rule.At));

    private static IEnumerable<string> Steps(IRuleDialect dialect, Dictionary<Frontend, ProxyRule> before, Dictionary<Frontend, ProxyRule> after)
    {
        var set = after.Values.Where(rule => !before.TryGetValue(rule.At, out var old) || !old.Equals(rule)).ToArray();
        var changes = dialect.Changes(before, set, [.. before.Keys.Except(after.Keys)]);
        return changes.Length == 0 ? [] : [Run(dialect, changes)];
    }

    private static string Run(IRuleDialect dialect, string script) =>
        $"{dialect.Load.Program} {string.Join(' ', dialect.Load.Arguments)} <<'SCRIPT' || exit 1\n{script}SCRIPT";

    // The order of lines and the names of what an engine numbers say nothing.
    private static string Show(IRuleDialect dialect) => dialect.Name == "nftables" ? "nft -s list ruleset | sort" : "{ iptables -t nat -S; iptables -t filter -S; } | sort";

    private static string InOwnNetwork(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/unshare", ["--net", "/bin/sh"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            Environment = { ["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin" },
        })!; // A new process.
        process.StandardInput.Write(script);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{error.Result}\n{script}");
        return output.Result;
    }
}
