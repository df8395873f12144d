namespace Orchestrator.Controller.Serving.Streams;

/// <summary>A WebSocket protocol of Kubernetes: the first byte (or, in base64, the first character) of a message is its channel.</summary>
/// <param name="Base64">Payloads are base64 in text messages, for clients that have no binary ones.</param>
/// <param name="StatusObjects">The end is told as a Status; before version 4 it was told as text.</param>
/// <param name="Closes">Has a message that closes a channel.</param>
internal sealed record ChannelProtocol(string Name, bool Base64, bool StatusObjects, bool Closes)
{
    private const string Bare = "channel.k8s.io";

    /// <summary>For commands, the best first.</summary>
    private static readonly ChannelProtocol[] Commands =
    [
        new($"v5.{Bare}", false, true, true),
        new($"v4.{Bare}", false, true, false),
        new($"v4.base64.{Bare}", true, true, false),
        new(Bare, false, false, false),
        new($"base64.{Bare}", true, false, false),
    ];

    /// <summary>For ports: two channels a port, of data and of errors.</summary>
    private static readonly ChannelProtocol[] Ports =
        [new($"v4.{Bare}", false, false, false), new($"v4.base64.{Bare}", true, false, false), new("portforward.k8s.io", false, false, false)];

    /// <summary>Of a client that names no protocol.</summary>
    private static readonly ChannelProtocol Unnamed = new("", false, false, false);

    public static ChannelProtocol? ForCommands(IList<string> offered) => Choose(Commands, offered);

    public static ChannelProtocol? ForPorts(IList<string> offered) => Choose(Ports, offered);

    private static ChannelProtocol? Choose(ChannelProtocol[] known, IList<string> offered) =>
        offered.Count == 0 ? Unnamed : Array.Find(known, protocol => offered.Contains(protocol.Name));
}
