namespace Orchestrator.Agent.Daemons;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Watch of {Kind} broke off: {Error}")]
    public static partial void WatchBroke(ILogger logger, string kind, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod of {Namespace}/{Name} not placed: {Error}")]
    public static partial void NotPlaced(ILogger logger, string @namespace, string name, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {Namespace}/{Name} begun while the controller is away")]
    public static partial void PlacedWhileAway(ILogger logger, string @namespace, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {Namespace}/{Pod}, begun while the controller was away, goes: {Reason}")]
    public static partial void NoLongerWanted(ILogger logger, string @namespace, string pod, string reason);
}
