namespace Orchestrator.Controller.Storage;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The log could not be compacted to revision {Revision}; it is tried again")]
    public static partial void NotCompacted(this ILogger logger, long revision, Exception cause);
}
