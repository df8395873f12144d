namespace Orchestrator.Controller.Serving;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: the store failed")]
    public static partial void StoreFailed(this ILogger logger, string method, PathString path, Exception cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, string method, PathString path, Exception cause);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the client left ({Reason})")]
    public static partial void ClientLeft(this ILogger logger, string method, PathString path, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The agent of node {Node} did not tell what it uses: {Reason}")]
    public static partial void UsageMissing(this ILogger logger, string node, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit log {Path} could not be written; until the next start nothing more is")]
    public static partial void AuditFailed(this ILogger logger, string path, Exception cause);
}
