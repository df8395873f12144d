namespace Orchestrator.Agent.Networking;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A DNS connection was not accepted: {Error}")]
    public static partial void DnsNotAccepted(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "DNS question for {Name} failed")]
    public static partial void DnsFailed(ILogger logger, string name, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "DNS for {Domain} on {Address}")]
    public static partial void DnsServes(ILogger logger, string domain, System.Net.IPEndPoint address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "DNS can't listen on {Address}: {Error}; it is tried again")]
    public static partial void DnsNotListening(ILogger logger, System.Net.IPEndPoint address, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was kept of the cluster's services can't be read: {Error}; the controller is asked")]
    public static partial void MemoryDamaged(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is known of the cluster's services could not be kept: {Error}")]
    public static partial void MemoryNotWritten(ILogger logger, string error);
}
