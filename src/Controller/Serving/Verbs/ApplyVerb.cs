using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Admission.Fields;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Verbs;

/// <summary>Server-side apply: the client says what it wants of an object, and the server keeps who wants what. Source: Kubernetes documentation, "Server-Side Apply".</summary>
internal static class ApplyVerb
{
    public const string MediaType = "application/apply-patch+yaml";

    /// <summary>Rounds of finding the object there, and then not, or the other way round.</summary>
    private const int MaxAttempts = 20;

    public static async Task HandleAsync(ApiContext context)
    {
        var (http, request) = (context.Http, context.Request);
        var options = QueryOptions.Write(context);
        CheckOptions(http);
        var duplicates = new List<string>();
        var configuration = JsonTree.ParseObject(YamlBody.ToJson(await RequestBody.ReadAsync(http).ConfigureAwait(false)), duplicates);
        Check(request, configuration);
        AdmissionChain.CheckShape(request.Served, configuration, duplicates, options);
        configuration = request.View?.ToStored(configuration, creating: false) ?? configuration;
        var manager = new FieldManager(options.Writer!.Name, FieldManager.Apply, request.Kind.ApiVersion, request.Subresource ?? ""); // Made with it.
        var force = QueryOptions.Flag(http, "force");
        options = options with { ManagersDecided = true };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (context.Api.Find(request.Kind, request.Namespace, request.Name!) is null && request.Subresource is null) // A patch names its object.
                {
                    var created = await CreateAsync(context, configuration, manager, options).ConfigureAwait(false);
                    await GetVerb.WriteAsync(context, StatusCodes.Status201Created, created).ConfigureAwait(false);
                    return;
                }
                var updated = await context.Api.UpdateAsync(request.Kind, request.Namespace, request.Name!, request.Subresource == "status",
                    current => context.Grantable(NodeRestriction.CheckUpdate(context.User, request.Kind, (JsonObject)current.DeepClone(),
                        FieldTracking.Applied(current, Without(configuration, manager), manager, force, request.Kind.Schema, request.Kind, context.Api.Time.GetUtcNow()))),
                    options, context.Aborted).ConfigureAwait(false);
                await GetVerb.WriteAsync(context, StatusCodes.Status200OK, updated).ConfigureAwait(false);
                return;
            }
            catch (ApiException problem) when (attempt < MaxAttempts && request.Subresource is null
                && (problem.Reason == StatusReason.AlreadyExists || (problem.Reason == StatusReason.NotFound && problem.ResourceKind == request.Kind)))
            {
                // It came, or went, in between.
            }
        }
    }

    private static Task<CachedObject> CreateAsync(ApiContext context, JsonObject configuration, FieldManager manager, WriteOptions options)
    {
        var request = context.Request;
        var tree = (JsonObject)configuration.DeepClone();
        if (JsonFields.Text(tree, "metadata.resourceVersion") is { Length: > 0 })
        {
            throw ApiException.Conflict(request.Kind, request.Name!, "the object does not exist, and the configuration states a resourceVersion"); // A patch names its object.
        }
        tree = FieldTracking.Applied([], Without(tree, manager), manager, force: true, request.Kind.Schema, request.Kind, context.Api.Time.GetUtcNow());
        var keep = NodeRestriction.CheckCreate(context.Api.Cache, context.User, request.Kind, request.Namespace, tree);
        return context.Api.CreateAsync(request.Kind, request.Namespace, context.Grantable(tree), options with { KeepUid = keep }, context.Aborted);
    }

    /// <summary>The status is not applied with the object, and nothing else is with the status.</summary>
    private static JsonObject Without(JsonObject configuration, FieldManager manager)
    {
        var result = (JsonObject)configuration.DeepClone();
        if (manager.Subresource.Length == 0)
        {
            result.Remove("status");
        }
        return result;
    }

    private static void CheckOptions(HttpContext http)
    {
        if (string.IsNullOrEmpty(QueryOptions.Text(http, "fieldManager")))
        {
            var errors = new FieldErrors();
            errors.Required("fieldManager", "is required for apply patch");
            throw ApiException.InvalidOptions("PatchOptions", errors);
        }
    }

    private static void Check(ApiRequest request, JsonObject configuration)
    {
        foreach (var field in new[] { "apiVersion", "kind" })
        {
            if (configuration[field] is null)
            {
                throw ApiException.BadRequest($"invalid object type: {field}: Required value");
            }
        }
        var metadata = AdmissionChain.Metadata(configuration);
        if (metadata["managedFields"] is not null)
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }
        if (metadata["name"] is not { } name)
        {
            metadata["name"] = request.Name;
        }
        else if (name is not JsonValue value || !value.TryGetValue<string>(out var given) || given != request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        }
    }
}
