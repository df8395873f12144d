namespace Orchestrator.Agent.Metrics;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "What the containers use could not be read: {Error}")]
    public static partial void NotMeasured(ILogger logger, string error);
}
