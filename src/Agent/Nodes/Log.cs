namespace Orchestrator.Agent.Nodes;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node}: waiting for its certificate (request {Request})")]
    public static partial void WaitingForCertificate(ILogger logger, string node, string request);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} joined {Server}")]
    public static partial void Joined(ILogger logger, string node, string server);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} has the pod addresses {Range}")]
    public static partial void AddressRange(ILogger logger, string node, string range);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} of node {Node} failed: {Error}")]
    public static partial void NodeCallFailed(ILogger logger, string what, string node, string error);
}
