namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>Who carries the rules out. One caller at a time.</summary>
internal interface IProxyRules : IAsyncDisposable
{
    /// <summary>In a word, as it is told and as options name it: <c>userspace</c>, <c>nftables</c>, <c>iptables</c>.</summary>
    string Name { get; }

    /// <summary>Makes these rules hold beside those that already do.</summary>
    /// <param name="set">New and changed ones.</param>
    /// <param name="removed">Where no connection comes in any more. Those that are open go on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Those that could not be kept: they are tried again.</returns>
    Task<IReadOnlyList<ProxyFault>> ApplyAsync(IReadOnlyCollection<ProxyRule> set, IReadOnlyCollection<Frontend> removed, CancellationToken cancellationToken);

    /// <summary>Puts right what others undid. Called now and then.</summary>
    Task RepairAsync(CancellationToken cancellationToken);
}
