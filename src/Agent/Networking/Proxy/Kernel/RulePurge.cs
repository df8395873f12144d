namespace Orchestrator.Agent.Networking.Proxy.Kernel;

/// <summary>Takes away what an agent of this data folder told the kernel, and nothing of anybody else's.</summary>
internal static class RulePurge
{
    public static async Task RunAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var mark = RuleMark.Of(dataFolder);
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return;
        }
        await Tool.RunAsync("nft", ["-f", "-"], new NftDialect(mark).Nothing, cancellationToken);
        var iptables = new IptablesDialect(mark);
        if ((await Tool.RunAsync(iptables.Look.Program, iptables.Look.Arguments, null, cancellationToken)).ExitCode != 0)
        {
            return;
        }
        foreach (var hook in iptables.Hooks)
        {
            await Tool.RunAsync("iptables", ["--wait", "-t", hook[0], "-D", hook[1], .. hook.Skip(2)], null, cancellationToken);
        }
        foreach (var table in new[] { "nat", "filter" })
        {
            var chains = (await Tool.RunAsync("iptables", ["--wait", "-t", table, "-S"], null, cancellationToken)).Output.Split('\n')
                .Where(line => line.StartsWith($"-N ORC-{mark}", StringComparison.Ordinal)).Select(line => line[3..].Trim()).ToArray();
            // All are emptied before the first is removed: they call each other.
            foreach (var (verb, chain) in chains.Select(chain => ("-F", chain)).Concat(chains.Select(chain => ("-X", chain))))
            {
                await Tool.RunAsync("iptables", ["--wait", "-t", table, verb, chain], null, cancellationToken);
            }
        }
    }
}
