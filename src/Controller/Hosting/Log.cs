namespace Orchestrator.Controller.Hosting;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Namespace}/{Name} could not be made: {Problem}")]
    public static partial void StandingServiceMissing(this ILogger logger, string @namespace, string name, string problem);
}
