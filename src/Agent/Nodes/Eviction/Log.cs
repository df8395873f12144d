namespace Orchestrator.Agent.Nodes.Eviction;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "What the node has left could not be looked at: {Error}")]
    public static partial void NotLookedAt(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Evicting pod {Namespace}/{Pod}: {Message}")]
    public static partial void Evicting(ILogger logger, string @namespace, string pod, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The node is short of {Signal}, and no pod is left to evict")]
    public static partial void NothingToEvict(ILogger logger, string signal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping failed: {Error}")]
    public static partial void HousekeepingFailed(ILogger logger, string error);
}
