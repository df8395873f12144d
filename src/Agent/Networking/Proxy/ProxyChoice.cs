using Orchestrator.Agent.Networking.Proxy.UserSpace;

namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>Who brings connections to services on this node.</summary>
internal static class ProxyChoice
{
    public const string Auto = "auto";
    public const string None = "none";
    public const string UserSpace = "userspace";

    public static IReadOnlyList<string> Names { get; } = [Auto, UserSpace, None];

    /// <returns>Null where nobody is to.</returns>
    public static IProxyRules? Make(string name, bool hasContainers, string dataFolder, TimeProvider time, ILogger logger) =>
        name == None ? null : new UserSpaceProxy(new LocalRoutes(), time, logger);
}
