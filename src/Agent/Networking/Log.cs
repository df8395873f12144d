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

    [LoggerMessage(Level = LogLevel.Information, Message = "Services are proxied: {Way}")]
    public static partial void Proxies(ILogger logger, string way);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Services cannot be proxied by {Way}: {Error}")]
    public static partial void NoKernelProxy(ILogger logger, string way, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Rules of services could not be changed: {Error}; it is tried again")]
    public static partial void ProxyFailed(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{At} is served by another agent of this machine")]
    public static partial void ProxyStandsBy(ILogger logger, Proxy.Frontend at);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connections to {At} do not arrive: {Error}; it is tried again")]
    public static partial void NotProxied(ILogger logger, Proxy.Frontend at, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection to {At} was not accepted: {Error}")]
    public static partial void NotAccepted(ILogger logger, System.Net.EndPoint? at, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Target} was not reached: {Error}")]
    public static partial void TargetNotReached(ILogger logger, System.Net.IPEndPoint target, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} routes changed, first: {Change}")]
    public static partial void RoutesChanged(ILogger logger, int count, string change);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pods of other machines are not reached: {Error}; it is tried again")]
    public static partial void NoRoutes(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The kernel's rules are not as they were told: {Error}; all are told anew")]
    public static partial void RulesNotAsTold(ILogger logger, string error);
}
