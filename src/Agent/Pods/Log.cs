namespace Orchestrator.Agent.Pods;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Status of pod {Namespace}/{Pod} not written: {Error}")]
    public static partial void StatusNotWritten(ILogger logger, string @namespace, string pod, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Namespace}/{Pod} not removed from the API: {Error}")]
    public static partial void PodNotRemoved(ILogger logger, string @namespace, string pod, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "RuntimeClass {Name} not read: {Error}")]
    public static partial void RuntimeClassNotRead(ILogger logger, string name, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {Namespace}/{Pod}: {Operation} failed")]
    public static partial void OperationFailed(ILogger logger, string @namespace, string pod, string operation, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {Namespace}/{Pod} ({Uid}) {Change}")]
    public static partial void PodChanged(ILogger logger, string @namespace, string pod, string uid, string change);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Watch of this node's pods broke off: {Error}")]
    public static partial void WatchBroke(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Reason} of {Namespace}/{Name} not written: {Error}")]
    public static partial void EventNotWritten(ILogger logger, string reason, string @namespace, string name, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "What ran of pod {Uid}, which this node does not have, was removed")]
    public static partial void OrphanRemoved(ILogger logger, string uid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What runs of pod {Uid}, which this node does not have, not removed: {Error}")]
    public static partial void OrphanNotRemoved(ILogger logger, string uid, string error);
}
