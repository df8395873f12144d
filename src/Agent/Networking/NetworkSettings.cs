using Orchestrator.Agent.Networking.Proxy;

namespace Orchestrator.Agent.Networking;

/// <summary>What a node does for the network of its pods.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Address">The machine's address, as the node tells it.</param>
/// <param name="DataFolder">The agent's own folder.</param>
/// <param name="Domain">The cluster's domain; null where this node serves no DNS.</param>
/// <param name="Rules">Who brings connections to services; null where nobody does.</param>
/// <param name="KeepsRoutes">Whether it keeps routes to the pods of other machines.</param>
internal sealed record NetworkSettings(string Node, string Address, string DataFolder, string? Domain, IProxyRules? Rules, bool KeepsRoutes);
