namespace Orchestrator.Agent.Networking;

/// <summary>What a node does for the network of its pods.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Address">The machine's address, as the node tells it.</param>
/// <param name="DataFolder">The agent's own folder.</param>
/// <param name="Domain">The cluster's domain; null where this node serves no DNS.</param>
/// <param name="Proxy">Who brings connections to services, by its name as an option.</param>
/// <param name="HasContainers">Whether pods are containers with addresses of their own: others have loopback addresses, to which no route leads.</param>
internal sealed record NetworkSettings(string Node, string Address, string DataFolder, string? Domain, string Proxy, bool HasContainers);
