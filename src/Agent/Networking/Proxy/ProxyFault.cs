namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>A rule that could not be kept.</summary>
/// <param name="At">Whose connections do not arrive.</param>
/// <param name="Reason">In a word, for an event.</param>
/// <param name="Message">Why, in a sentence.</param>
internal sealed record ProxyFault(Frontend At, string Reason, string Message)
{
    /// <summary>Someone has the port: on a machine of several agents, another of them.</summary>
    public const string Taken = "PortTaken";

    public const string NotPermitted = "ProxyNotPermitted";

    public const string Failed = "ProxyFailed";
}
