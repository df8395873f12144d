namespace Orchestrator.Agent.Volumes;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Volumes of pod {Namespace}/{Pod} not refreshed: {Error}")]
    public static partial void NotRefreshed(ILogger logger, string @namespace, string pod, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Volume {Volume}: {Step}")]
    public static partial void VolumeKept(ILogger logger, string volume, Persistent.KeepStep step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Volume {Volume}: {Error}")]
    public static partial void VolumeNotKept(ILogger logger, string volume, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Volumes not looked at: {Error}")]
    public static partial void VolumesNotLookedAt(ILogger logger, string error);
}
