using Orchestrator.Agent.Networking.Proxy.Kernel;
using Orchestrator.Agent.Networking.Proxy.UserSpace;

namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>Who brings connections to services on this node: the kernel where pods are containers and it may be told, else the agent itself.</summary>
internal static class ProxyChoice
{
    public const string Auto = "auto";
    public const string None = "none";
    public const string UserSpace = "userspace";
    public const string Nftables = "nftables";
    public const string Iptables = "iptables";

    public static IReadOnlyList<string> Names { get; } = [Auto, Nftables, Iptables, UserSpace, None];

    /// <returns>Null where nobody is to.</returns>
    public static async Task<IProxyRules?> MakeAsync(NetworkSettings settings, Func<NetworkRanges> ranges, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        if (settings.Proxy == None)
        {
            return null;
        }
        foreach (var dialect in Dialects(settings))
        {
            if (await WhyNotAsync(dialect, cancellationToken) is not { } problem)
            {
                return new KernelProxy(dialect, ranges, logger);
            }
            Log.NoKernelProxy(logger, dialect.Name, problem);
        }
        return new UserSpaceProxy(new LocalRoutes(), time, logger);
    }

    private static IEnumerable<IRuleDialect> Dialects(NetworkSettings settings)
    {
        var mark = RuleMark.Of(settings.DataFolder);
        var isAuto = settings.Proxy == Auto && settings.HasContainers && OperatingSystem.IsLinux();
        return new IRuleDialect[] { new NftDialect(mark), new IptablesDialect(mark) }.Where(dialect => isAuto || dialect.Name == settings.Proxy);
    }

    private static async Task<string?> WhyNotAsync(IRuleDialect dialect, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "the agent is not root";
        }
        var result = dialect.Name == Nftables
            ? await Tool.RunAsync("nft", ["list", "tables"], null, cancellationToken)
            : await Tool.RunAsync("iptables", ["--wait", "-t", "nat", "-n", "-L", "OUTPUT"], null, cancellationToken);
        return result.ExitCode == 0 ? null : result.Error;
    }
}
