using System.Text.Json.Nodes;
using Orchestrator.Controller.Security;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.CertificateSigningRequests;

/// <summary>A signing request bears who made it: taken from the authenticated user, never from the body.</summary>
internal static class SigningRequester
{
    public static void Stamp(ResourceKind kind, JsonObject tree, User user)
    {
        if (kind.Kind == "CertificateSigningRequest" && tree["spec"] is JsonObject spec)
        {
            spec["username"] = user.Name;
            spec["groups"] = new JsonArray([.. user.Groups.Select(group => (JsonNode)group)]);
            spec.Remove("uid");
            spec.Remove("extra");
        }
    }
}
