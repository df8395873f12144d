using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Controller.Security;

/// <summary>What an agent may not write even where it may write: another node, or a lease of another.</summary>
internal static class NodeRestriction
{
    /// <exception cref="ApiException">Forbidden.</exception>
    public static void CheckCreate(User user, ResourceKind kind, JsonObject tree)
    {
        if (!user.IsIn(WellKnown.NodeGroup) || user.IsIn(WellKnown.AdminGroup) || kind.Kind is not ("Node" or "Lease"))
        {
            return;
        }
        var own = user.Name[WellKnown.NodeUserPrefix.Length..];
        if ((string?)tree["metadata"]?["name"] is var name && name != own)
        {
            throw ApiException.Forbidden(kind, name, $"node \"{own}\" is not allowed to create {kind.Plural} of other nodes");
        }
    }
}
