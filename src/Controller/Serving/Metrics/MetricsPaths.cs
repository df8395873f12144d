using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Serving.Metrics;

/// <summary><c>/apis/metrics.k8s.io/v1beta1</c>: get and list of what nodes and pods use. Nothing of it is stored.</summary>
internal sealed class MetricsPaths(ObjectCache cache, Authorizer authorizer, UsageCollector collector, TimeProvider time)
{
    private static readonly string[] Columns = ["Name", "Cpu", "Memory", "Window"];
    private static readonly string[] VolumeColumns = ["Name", "Volume", "Node", "Used", "Available", "Capacity"];

    /// <returns>False when the path is none of these.</returns>
    public async Task<bool> HandleAsync(HttpContext http, string path, User user)
    {
        if (Parse(path) is not var (kind, @namespace, name))
        {
            return false;
        }
        var isGet = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        var request = new ApiRequest(!isGet ? http.Request.Method.ToLowerInvariant() : name is null ? "list" : "get", kind, @namespace, name, null);
        authorizer.Authorize(user, request, () => QueryOptions.Text(http, "fieldSelector"));
        if (!isGet || QueryOptions.Flag(http, "watch"))
        {
            throw ApiException.MethodNotAllowed();
        }
        var items = kind == MetricsKinds.Volume ? await VolumesAsync(http, request).ConfigureAwait(false) : kind == MetricsKinds.Node ? await NodesAsync(http, request).ConfigureAwait(false) : await PodsAsync(http, request).ConfigureAwait(false);
        if (name is null)
        {
            await WriteListAsync(http, kind, items).ConfigureAwait(false);
            return true;
        }
        await WriteAsync(http, kind, items is [var one, ..] ? one : throw ApiException.NotFound(kind, name)).ConfigureAwait(false);
        return true;
    }

    private static (ResourceKind Kind, string? Namespace, string? Name)? Parse(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["apis", MetricsKinds.Group, "v1beta1", .. var rest] => rest switch
        {
            ["nodes"] => (MetricsKinds.Node, null, null),
            ["nodes", var name] => (MetricsKinds.Node, null, name),
            ["volumes"] => (MetricsKinds.Volume, null, null),
            ["namespaces", var ns, "volumes"] => (MetricsKinds.Volume, ns, null),
            ["namespaces", var ns, "volumes", var name] => (MetricsKinds.Volume, ns, name),
            ["pods"] => (MetricsKinds.Pod, null, null),
            ["namespaces", var ns, "pods"] => (MetricsKinds.Pod, ns, null),
            ["namespaces", var ns, "pods", var name] => (MetricsKinds.Pod, ns, name),
            _ => null,
        },
        _ => null,
    };

    private async Task<List<JsonObject>> NodesAsync(HttpContext http, ApiRequest request)
    {
        var nodes = Select<V1Node>(http, request);
        var reports = await collector.CollectAsync(nodes.Select(node => node.Metadata.Name), http.RequestAborted).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return [.. nodes.Where(node => reports.GetValueOrDefault(node.Metadata.Name)?.Node is not null)
            .Select(node => MetricsObjects.Node(node, reports[node.Metadata.Name].Node!, now))]; // Just filtered.
    }

    private async Task<List<JsonObject>> PodsAsync(HttpContext http, ApiRequest request)
    {
        var pods = Select<V1Pod>(http, request).Where(pod => !string.IsNullOrEmpty(pod.Spec.NodeName)).ToList();
        var reports = await collector.CollectAsync(pods.Select(pod => pod.Spec.NodeName).Distinct(), http.RequestAborted).ConfigureAwait(false);
        var containers = reports.Values.SelectMany(report => report.Containers).ToLookup(container => container.PodUid);
        var now = time.GetUtcNow();
        return [.. pods.Select(pod => MetricsObjects.Pod(pod, containers[pod.Metadata.Uid], now)).OfType<JsonObject>()];
    }

    /// <summary>Of the claims that are meant, those that a pod has; asked of the nodes that pods with claims are on.</summary>
    private async Task<List<JsonObject>> VolumesAsync(HttpContext http, ApiRequest request)
    {
        var claims = Select<V1PersistentVolumeClaim>(http, request).ToDictionary(claim => (claim.Metadata.NamespaceProperty, claim.Metadata.Name));
        var nodes = cache.List(new("pods", request.Namespace)).Items.Select(item => item.Decode<V1Pod>())
            .Where(pod => !string.IsNullOrEmpty(pod.Spec.NodeName) && VolumeFacts.ClaimsOf(pod.Spec, pod.Metadata.Name).Any()).Select(pod => pod.Spec.NodeName).Distinct();
        var reports = await collector.CollectVolumesAsync(nodes, http.RequestAborted).ConfigureAwait(false);
        return [.. reports.SelectMany(node => node.Value.Where(volume => claims.ContainsKey((volume.Namespace, volume.Claim))).Select(volume =>
            MetricsObjects.Volume(claims[(volume.Namespace, volume.Claim)], node.Key, volume, time.GetUtcNow()))).OrderBy(item => (string?)item["metadata"]!["name"], StringComparer.Ordinal)]; // As made.
    }

    /// <summary>Selectors mean the nodes, pods and claims themselves.</summary>
    private List<T> Select<T>(HttpContext http, ApiRequest request) where T : class
    {
        var query = QueryOptions.Selection(http, request with { Kind = Catalog.ForType<T>() });
        return [.. cache.List(query).Items.Select(item => item.Decode<T>())];
    }

    private static Task WriteListAsync(HttpContext http, ResourceKind kind, List<JsonObject> items) => ResponseFormat.Of(http) switch
    {
        ResponseShape.Table => JsonResponse.WriteAsync(http, StatusCodes.Status200OK, Table(kind, items)),
        ResponseShape.PartialMetadata => JsonResponse.WriteAsync(http, StatusCodes.Status200OK, List("PartialObjectMetadataList", "meta.k8s.io/v1", items.Select(Partial))),
        _ => JsonResponse.WriteAsync(http, StatusCodes.Status200OK, List(kind.ListKind, kind.ApiVersion, items)),
    };

    private static Task WriteAsync(HttpContext http, ResourceKind kind, JsonObject item) => ResponseFormat.Of(http) switch
    {
        ResponseShape.Table => JsonResponse.WriteAsync(http, StatusCodes.Status200OK, Table(kind, [item])),
        ResponseShape.PartialMetadata => JsonResponse.WriteAsync(http, StatusCodes.Status200OK, Partial(item)),
        _ => JsonResponse.WriteAsync(http, StatusCodes.Status200OK, item),
    };

    private static JsonObject List(string kind, string apiVersion, IEnumerable<JsonObject> items) => new()
    {
        ["kind"] = kind,
        ["apiVersion"] = apiVersion,
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. items]),
    };

    private static JsonObject Partial(JsonObject item) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = item["metadata"]!.DeepClone(), // Every object has it.
    };

    private static JsonObject Table(ResourceKind kind, IEnumerable<JsonObject> items) => new()
    {
        ["kind"] = "Table",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = new JsonObject(),
        ["columnDefinitions"] = new JsonArray([.. (kind == MetricsKinds.Volume ? VolumeColumns : Columns).Select(name => new JsonObject
        {
            ["name"] = name, ["type"] = "string", ["format"] = name == "Name" ? "name" : "", ["description"] = "", ["priority"] = 0,
        })]),
        ["rows"] = new JsonArray([.. items.Select(item => new JsonObject { ["cells"] = kind == MetricsKinds.Volume ? MetricsObjects.VolumeCells(item) : MetricsObjects.Cells(item), ["object"] = Partial(item) })]),
    };
}
