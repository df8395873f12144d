namespace Orchestrator.Agent.Tunnel;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel of node {Node} open to {Server}")]
    public static partial void Connected(ILogger logger, string node, string server);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel of node {Node} ended")]
    public static partial void Ended(ILogger logger, string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tunnel of node {Node} broken: {Error}")]
    public static partial void Broken(ILogger logger, string node, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{What} into {Namespace}/{Pod}, container {Container}")]
    public static partial void StreamsOpened(ILogger logger, string what, string @namespace, string pod, string container);
}
