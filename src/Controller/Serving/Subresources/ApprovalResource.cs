using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary>
/// <c>certificatesigningrequests/approval</c>: a person says yes or no; nothing but the conditions is taken. Whoever does must be allowed to
/// <c>approve</c> for the signer. Source: Kubernetes documentation, "Certificates and Certificate Signing Requests", approval or rejection.
/// </summary>
internal static class ApprovalResource
{
    public static async Task HandleAsync(ApiContext context, Authorizer authorizer)
    {
        var (http, request) = (context.Http, context.Request);
        var name = request.Name!; // A subresource has a name before it.
        if (request.Verb == "get")
        {
            await GetVerb.HandleAsync(context).ConfigureAwait(false);
            return;
        }
        var duplicates = new List<string>();
        Func<JsonObject, JsonNode?> change;
        switch (request.Verb)
        {
            case "update":
                var tree = JsonTree.ParseObject(await CreateVerb.ReadAsync(http).ConfigureAwait(false), duplicates);
                change = _ => tree.DeepClone();
                break;
            case "patch":
                change = await PatchVerb.ReadAsync(http, request.Kind, duplicates).ConfigureAwait(false);
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
        var options = QueryOptions.Write(context);
        CheckSigner(context, authorizer, name);
        var updated = await context.Api.UpdateAsync(request.Kind, null, name, status: true, current =>
        {
            var wanted = change((JsonObject)current.DeepClone()) as JsonObject ?? throw ApiException.BadRequest("the body of the request is not a JSON object");
            AdmissionChain.CheckShape(request.Kind, wanted, duplicates, options);
            if (current["status"] is not JsonObject status)
            {
                current["status"] = status = [];
            }
            status["conditions"] = wanted["status"]?["conditions"]?.DeepClone();
            AdmissionChain.Metadata(current)["resourceVersion"] = AdmissionChain.Metadata(wanted)["resourceVersion"]?.DeepClone();
            return current;
        }, options, context.Aborted).ConfigureAwait(false);
        await GetVerb.WriteAsync(context, StatusCodes.Status200OK, updated).ConfigureAwait(false);
    }

    private static void CheckSigner(ApiContext context, Authorizer authorizer, string name)
    {
        var signer = context.Api.Get(context.Request.Kind, null, name).Decode<k8s.Models.V1CertificateSigningRequest>().Spec.SignerName;
        string[] names = [signer, $"{signer.Split('/')[0]}/*"];
        if (names.All(candidate => authorizer.Reason(context.User, new AccessRequest("approve", "certificates.k8s.io", "signers", null, candidate)) is null))
        {
            throw ApiException.Forbidden(context.Request.Kind, name, $"user not permitted to approve requests with signerName \"{signer}\"");
        }
    }
}
