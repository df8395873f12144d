namespace Orchestrator.Agent.Volumes;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Volumes of pod {Namespace}/{Pod} not refreshed: {Error}")]
    public static partial void NotRefreshed(ILogger logger, string @namespace, string pod, string error);
}
