
using System.Text.Json.Nodes;

using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary>The <c>scale</c> subresource: replicas of a workload as an <c>autoscaling/v1 Scale</c>.</summary>
internal static class ScaleResource
{
    public static async Task HandleAsync(ApiContext context)
    {
        var (http, request) = (context.Http, context.Request);
        var name = request.Name!; // A subresource has a named object.
        CachedObject item;
        switch (request.Verb)
        {
            case "get":
                item = context.Api.Get(request.Kind, request.Namespace, name);
                break;
            case "update":
                var wanted = JsonTree.ParseObject(await CreateVerb.ReadAsync(http).ConfigureAwait(false));
                item = await WriteAsync(context, name, _ => wanted).ConfigureAwait(false);
                break;
            case "patch":
                var apply = await PatchVerb.ReadAsync(http, request.Kind, []).ConfigureAwait(false);
                item = await WriteAsync(context, name, current => apply(Scale(current))).ConfigureAwait(false);
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
        await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, Scale(JsonTree.ParseObject(item.Bytes))).ConfigureAwait(false);
    }

    private static Task<CachedObject> WriteAsync(ApiContext context, string name, Func<JsonObject, JsonNode?> change) =>
        context.Api.UpdateAsync(context.Request.Kind, context.Request.Namespace, name, status: false, current =>
        {
            var scale = change(current);
            var version = (string?)scale?["metadata"]?["resourceVersion"];
            if (!string.IsNullOrEmpty(version))
            {
                current["metadata"]!["resourceVersion"] = version; // Every object has metadata.
            }
            current["spec"]!["replicas"] = Replicas(context.Request.Kind, name, scale?["spec"]?["replicas"]); // Scalable kinds have a spec.
            return current;
        }, QueryOptions.Write(context.Http), context.Aborted);

    private static int Replicas(ResourceKind kind, string name, JsonNode? node)
    {
        // omitempty: a scale to zero comes without the field.
        if (node is null)
        {
            return 0;
        }
        if (node is JsonValue value && value.TryGetValue<int>(out var replicas) && replicas >= 0)
        {
            return replicas;
        }
        var errors = new FieldErrors();
        errors.Invalid("spec.replicas", node.ToJsonString(), "must be greater than or equal to 0");
        throw ApiException.Invalid(kind, name, errors.Causes);
    }

    private static JsonObject Scale(JsonObject item)
    {
        var metadata = new JsonObject();
        foreach (var field in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            metadata[field] = item["metadata"]![field]?.DeepClone(); // Every object has metadata.
        }
        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = (int)(item["spec"]!["replicas"] ?? 0) },
            ["status"] = new JsonObject
            {
                ["replicas"] = (int)(item["status"]?["replicas"] ?? 0),
                ["selector"] = Selector(item),
            },
        };
    }

    private static string Selector(JsonObject item)
    {
        var selector = item["spec"]!["selector"] ?? new JsonObject(); // Scalable kinds have a spec.
        return (string?)item["kind"] == "ReplicationController"
            ? LabelSelector.FromLabels(selector.AsObject().ToDictionary(label => label.Key, label => (string?)label.Value ?? "")).ToString()
            : LabelSelector.From(k8s.KubernetesJson.Deserialize<k8s.Models.V1LabelSelector>(selector.ToJsonString())).ToString();
    }
}
