using System.Net;

namespace Orchestrator.Agent.Tunnel;

/// <summary>What Kestrel is told to listen on: nothing of this machine, but what the controller sends through the tunnel.</summary>
internal sealed class TunnelEndPoint : EndPoint
{
    public static TunnelEndPoint Instance { get; } = new();

    public override string ToString() => "tunnel";
}
