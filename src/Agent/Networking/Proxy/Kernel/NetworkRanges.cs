using System.Collections.Immutable;

namespace Orchestrator.Agent.Networking.Proxy.Kernel;

/// <summary>Whose addresses are whose.</summary>
/// <param name="Own">This node's podCIDR; null until it has one.</param>
/// <param name="Pods">Those of the other machines.</param>
internal sealed record NetworkRanges(string? Own, ImmutableSortedSet<string> Pods)
{
    public bool Equals(NetworkRanges? other) => other is not null && Own == other.Own && Pods.SetEquals(other.Pods);

    public override int GetHashCode() => Own?.GetHashCode(StringComparison.Ordinal) ?? 0;
}
