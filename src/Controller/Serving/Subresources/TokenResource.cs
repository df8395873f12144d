using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Security.Tokens;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Reviews;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary><c>serviceaccounts/token</c>: a new token of an account (<c>kubectl create token</c>). Source: Kubernetes API reference, TokenRequest.</summary>
internal static class TokenResource
{
    private const long DefaultSeconds = 3600;
    private const long LeastSeconds = 600;
    private const long MostSeconds = 1L << 32;

    public static async Task HandleAsync(ApiContext context, AccountTokens tokens)
    {
        var (http, request) = (context.Http, context.Request);
        if (request.Verb != "create")
        {
            throw ApiException.MethodNotAllowed();
        }
        var account = context.Api.Get(request.Kind, request.Namespace, request.Name!).Decode<V1ServiceAccount>(); // A subresource has a name before it.
        var kind = ReviewKinds.Token;
        var duplicates = new List<string>();
        var tree = JsonTree.ParseObject(await CreateVerb.ReadAsync(http).ConfigureAwait(false), duplicates);
        AdmissionChain.CheckShape(kind, tree, duplicates, QueryOptions.Write(http));
        var spec = ((Authenticationv1TokenRequest)AdmissionChain.Decode(kind, tree)).Spec ?? new();
        var seconds = spec.ExpirationSeconds ?? DefaultSeconds;
        var errors = new FieldErrors();
        if (seconds < LeastSeconds)
        {
            errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        }
        else if (seconds > MostSeconds)
        {
            errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        }
        errors.ThrowIfAny(kind, request.Name!); // As above.
        var bound = Bound(context, spec.BoundObjectRef);
        if (context.User.IsIn(WellKnown.NodeGroup))
        {
            CheckNode(context, account, bound);
        }
        var audiences = spec.Audiences is { Count: > 0 } given ? given.ToArray() : [tokens.Issuer];
        var token = QueryOptions.Write(http).DryRun ? null : tokens.Issue(account, audiences, TimeSpan.FromSeconds(seconds), bound);
        tree["metadata"] = new JsonObject { ["name"] = request.Name, ["namespace"] = request.Namespace, ["creationTimestamp"] = Timestamp.Seconds(context.Api.Time.GetUtcNow()) };
        tree["spec"] = ModelJson.ToTree(new V1TokenRequestSpec { Audiences = audiences, ExpirationSeconds = seconds, BoundObjectRef = bound });
        tree["status"] = token is null ? null : new JsonObject { ["token"] = token.Token, ["expirationTimestamp"] = Timestamp.Seconds(token.Expires) };
        await JsonResponse.WriteAsync(http, StatusCodes.Status201Created, tree).ConfigureAwait(false);
    }

    private static V1BoundObjectReference? Bound(ApiContext context, V1BoundObjectReference? reference)
    {
        if (reference is null)
        {
            return null;
        }
        if (reference.Kind is not ("Pod" or "Secret" or "Node") || (reference.ApiVersion ?? "v1") != "v1")
        {
            throw ApiException.BadRequest($"cannot bind token for serviceaccount to object of kind {reference.ApiVersion} {reference.Kind}: supported values: \"Node\", \"Pod\", \"Secret\"");
        }
        var kind = Catalog.ForKind("v1", reference.Kind)!; // One of the three.
        var item = context.Api.Get(kind, kind.Namespaced ? context.Request.Namespace : null, reference.Name ?? "");
        if (!string.IsNullOrEmpty(reference.Uid) && reference.Uid != item.Encoded.Uid)
        {
            throw ApiException.Conflict(kind, item.Key.Name, $"the UID in the bound object reference ({reference.Uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }
        return new() { ApiVersion = "v1", Kind = reference.Kind, Name = item.Key.Name, Uid = item.Encoded.Uid };
    }

    /// <summary>An agent gets tokens for its own pods, as their own accounts, and bound to them.</summary>
    private static void CheckNode(ApiContext context, V1ServiceAccount account, V1BoundObjectReference? bound)
    {
        var node = context.User.Name[WellKnown.NodeUserPrefix.Length..];
        CachedObject? pod = bound is { Kind: "Pod" } ? context.Api.Find(Catalog.ForType<V1Pod>(), context.Request.Namespace, bound.Name) : null;
        if (pod?.Decode<V1Pod>() is not { } own || own.Spec.NodeName != node || own.Spec.ServiceAccountName != account.Metadata.Name)
        {
            throw ApiException.Forbidden(context.Request.Kind, account.Metadata.Name,
                $"node \"{node}\" requests a token that is not bound to a pod of its own which runs as this service account");
        }
    }
}
