namespace Orchestrator.Agent.Runtimes.Hollow;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Namespace}/{Pod} not shown at the API: {Error}")]
    public static partial void PodNotShown(ILogger logger, string @namespace, string pod, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The controller does not answer yet: {Error}")]
    public static partial void ControllerNotReached(ILogger logger, string error);
}
