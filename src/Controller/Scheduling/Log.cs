using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Fell behind the log of {Resource}; reading its state anew")]
    public static partial void StartingOver(this ILogger logger, string resource);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Pod} was not bound to {Node}: {Reason}")]
    public static partial void NotBound(this ILogger logger, ObjectKey pod, string node, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Pod}: why it waits could not be written: {Reason}")]
    public static partial void NotExplained(this ILogger logger, ObjectKey pod, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Victim} was not preempted for {Pod}: {Reason}")]
    public static partial void NotPreempted(this ILogger logger, ObjectKey victim, ObjectKey pod, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Pod} can't be scheduled: {Reason}")]
    public static partial void Unreadable(this ILogger logger, ObjectKey pod, string reason);
}
