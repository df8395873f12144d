
using System.Text.Json.Nodes;

using Orchestrator.Controller.Kinds.CustomResourceDefinitions;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Subresources;

/// <summary>The <c>scale</c> subresource: replicas of a workload as an <c>autoscaling/v1 Scale</c>.</summary>
internal static class ScaleResource
{
    private static readonly CustomScale Builtin = new(".spec.replicas", ".status.replicas", null);

    /// <summary>A scale has no lists: any kind's shape would do for a strategic patch of it.</summary>
    private static readonly ResourceKind ScaleShape = Catalog.ForType<k8s.Models.V1ReplicaSet>();

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
                var apply = await PatchVerb.ReadAsync(http, ScaleShape, []).ConfigureAwait(false);
                item = await WriteAsync(context, name, current => apply(Scale(request.Kind, current))).ConfigureAwait(false);
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
        await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, Scale(request.Kind, JsonTree.ParseObject(item.Bytes))).ConfigureAwait(false);
    }

    private static Task<CachedObject> WriteAsync(ApiContext context, string name, Func<JsonObject, JsonNode?> change) =>
        context.Api.UpdateAsync(context.Request.Kind, context.Request.Namespace, name, status: false, current =>
        {
            var scale = change(current) as JsonObject ?? throw ApiException.BadRequest("the body of the request is not a JSON object");
            var version = JsonFields.Text(scale, "metadata.resourceVersion");
            if (!string.IsNullOrEmpty(version))
            {
                current["metadata"]!["resourceVersion"] = version; // Every object has metadata.
            }
            Put(current, PathOf(context.Request.Kind).Replicas, Replicas(context.Request.Kind, name, JsonFields.Find(scale, "spec.replicas")));
            return current;
        }, QueryOptions.Write(context), context.Aborted);

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

    private static JsonObject Scale(ResourceKind kind, JsonObject item)
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
            ["spec"] = new JsonObject { ["replicas"] = Number(At(item, PathOf(kind).Replicas)) },
            ["status"] = new JsonObject
            {
                ["replicas"] = Number(At(item, PathOf(kind).StatusReplicas)),
                ["selector"] = kind is CustomResourceKind ? PathOf(kind).Selector is { } path ? StructuralSchema.Text(At(item, path)) : null : Selector(item),
            },
        };
    }

    private static CustomScale PathOf(ResourceKind kind) => (kind as CustomResourceKind)?.Scale ?? Builtin;

    private static JsonNode? At(JsonObject item, string path) => path.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode?)item, static (node, name) => (node as JsonObject)?[name]);

    private static int Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;

    private static void Put(JsonObject item, string path, int value)
    {
        var names = path.Split('.', StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names[..^1])
        {
            if (item[name] is not JsonObject child)
            {
                item[name] = child = [];
            }
            item = child;
        }
        item[names[^1]] = value;
    }

    private static string Selector(JsonObject item)
    {
        var selector = item["spec"]!["selector"] ?? new JsonObject(); // Scalable kinds have a spec.
        return (string?)item["kind"] == "ReplicationController"
            ? LabelSelector.FromLabels(selector.AsObject().ToDictionary(label => label.Key, label => (string?)label.Value ?? "")).ToString()
            : LabelSelector.From(k8s.KubernetesJson.Deserialize<k8s.Models.V1LabelSelector>(selector.ToJsonString())).ToString();
    }
}
