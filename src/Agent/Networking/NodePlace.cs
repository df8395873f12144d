using k8s.Models;

namespace Orchestrator.Agent.Networking;

/// <summary>Where a node is, and which addresses its pods have.</summary>
/// <param name="Address">Its InternalIP; null until its agent said so.</param>
/// <param name="PodCidr">Null until it was given one.</param>
internal sealed record NodePlace(string? Address, string? PodCidr)
{
    public static NodePlace Of(V1Node node) => new(
        node.Status?.Addresses?.FirstOrDefault(address => address.Type == "InternalIP")?.Address,
        string.IsNullOrEmpty(node.Spec?.PodCIDR) ? null : node.Spec.PodCIDR);
}
