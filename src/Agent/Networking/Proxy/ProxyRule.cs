using System.Collections.Immutable;
using System.Net;

namespace Orchestrator.Agent.Networking.Proxy;

/// <summary>One place where connections come in, and where they go.</summary>
/// <param name="At">Where they come in.</param>
/// <param name="Targets">Who takes new ones; none: they are refused.</param>
/// <param name="Keeping">Who keeps those it has: the targets, and those on their way out.</param>
/// <param name="Affinity">How long after its last connection a client comes back to the same target; null when any will do.</param>
/// <param name="HidesClient">Answers have to come back this way, so the target sees this node in the client's place.</param>
internal sealed record ProxyRule(Frontend At, ImmutableArray<IPEndPoint> Targets, ImmutableArray<IPEndPoint> Keeping, TimeSpan? Affinity, bool HidesClient)
{
    public bool Equals(ProxyRule? other) => other is not null && At == other.At && Affinity == other.Affinity && HidesClient == other.HidesClient
        && Targets.SequenceEqual(other.Targets) && Keeping.SequenceEqual(other.Keeping);

    public override int GetHashCode() => At.GetHashCode();
}
