namespace Orchestrator.Cmdlets;

/// <summary>One step of the way from a pod or a node to a service or a pod.</summary>
public sealed class ConnectionHop
{
    internal ConnectionHop(string source, string destination, string hop, string subject, HopResult result, string detail, double milliseconds = 0) =>
        (Source, Destination, Hop, Subject, Result, Detail, Elapsed) = (source, destination, hop, subject, result, detail, TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Where it was tested from: <c>pod/NAMESPACE/NAME</c> or <c>node/NAME</c>.</summary>
    public string Source { get; }

    /// <summary><c>service/NAMESPACE/NAME</c> or <c>pod/NAMESPACE/NAME</c>.</summary>
    public string Destination { get; }

    /// <summary>Name, Service, Endpoints, Proxy, Endpoint and Connection; to a pod Pod, Route and Connection.</summary>
    public string Hop { get; }

    /// <summary>What this step is about: a name, an address, a port.</summary>
    public string Subject { get; }

    public HopResult Result { get; }

    /// <summary>What was found, or why it fails.</summary>
    public string Detail { get; }

    /// <summary>Of lookups and connections.</summary>
    public TimeSpan Elapsed { get; }

    public override string ToString() => $"{Hop} {Subject}: {Result}";
}
