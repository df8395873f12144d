using Orchestrator.Model;

namespace Orchestrator.Controller.Reconciling;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key}: reconciling failed; it is tried again")]
    public static partial void ReconcileFailed(this ILogger logger, ObjectKey key, Exception cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Key}: {Reason}; it is tried again")]
    public static partial void Refused(this ILogger logger, ObjectKey key, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Key}: {Reason}; it is tried again")]
    public static partial void Outrun(this ILogger logger, ObjectKey key, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Fell behind the log of {Resource}; reading its state anew")]
    public static partial void FellBehind(this ILogger logger, string resource);

    [LoggerMessage(Level = LogLevel.Error, Message = "The log of {Resource} could not be read; it is tried again")]
    public static partial void LogUnreadable(this ILogger logger, string resource, Exception cause);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Reason} of {Name} was not recorded: {Problem}")]
    public static partial void NotTold(this ILogger logger, string reason, string name, string problem);
}
