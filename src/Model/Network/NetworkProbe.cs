namespace Orchestrator.Model.Network;

/// <summary>What a node, or a pod, is asked of the network as it has it: the body of a request to <c>nodes/network</c> and <c>pods/network</c>.</summary>
/// <param name="Namespace">Asked of a node: a pod of which namespace it is to stand for, when it looks names up.</param>
/// <param name="Lookups">Names to look up, as its own programs would.</param>
/// <param name="Connections">Addresses to connect to, from there.</param>
public sealed record NetworkProbe(string? Namespace, IReadOnlyList<NameQuestion>? Lookups, IReadOnlyList<ConnectionTarget>? Connections)
{
    /// <summary>The subresource, and the path below the tunnel's root.</summary>
    public const string Path = "network";

    public const int MaxLookups = 50;

    public const int MaxConnections = 200;
}

/// <param name="Name">With a dot at its end, that name and no other; else the search domains are tried.</param>
/// <param name="Type">Such as <c>A</c>, <c>SRV</c>.</param>
public sealed record NameQuestion(string Name, string Type);

/// <param name="Address">An IP address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Protocol"><c>TCP</c>, which is connected to; of <c>UDP</c> only the way there is told.</param>
public sealed record ConnectionTarget(string Address, int Port, string Protocol = "TCP");
