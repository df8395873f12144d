namespace Orchestrator.Agent.Runtimes.Process;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Container {Namespace}/{Pod}/{Container} adopted, {State}")]
    public static partial void ContainerAdopted(ILogger logger, string @namespace, string pod, string container, ContainerState state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Container {Namespace}/{Pod}/{Container} ended with exit code {ExitCode}")]
    public static partial void ContainerEnded(ILogger logger, string @namespace, string pod, string container, int? exitCode);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Namespace}/{Pod} has lost a port of this machine: {Error}")]
    public static partial void HostPortLost(ILogger logger, string @namespace, string pod, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Log of container {Namespace}/{Pod}/{Container} not looked at: {Error}")]
    public static partial void LogNotObserved(ILogger logger, string @namespace, string pod, string container, string error);
}
