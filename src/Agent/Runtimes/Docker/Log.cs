namespace Orchestrator.Agent.Runtimes.Docker;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The container engine is away: {Error}")]
    public static partial void EngineAway(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Id} could not be looked at: {Error}")]
    public static partial void LookFailed(ILogger logger, string id, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Image {Image} removed, {Bytes} bytes")]
    public static partial void ImageRemoved(ILogger logger, string image, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "Image {Image} stays: {Reason}")]
    public static partial void ImageKept(ILogger logger, string image, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} processes of container {Id}, which the engine takes for ended, were killed")]
    public static partial void StraysKilled(ILogger logger, int count, string id);
}
