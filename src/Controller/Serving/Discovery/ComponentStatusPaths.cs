using System.Text.Json.Nodes;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Serving.Tables;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Discovery;

/// <summary><c>/api/v1/componentstatuses</c>, for clients that still ask: the parts of this one process. Deprecated since Kubernetes 1.19.</summary>
internal sealed class ComponentStatusPaths(Readiness readiness, Authorizer authorizer)
{
    public static ResourceKind Kind { get; } = new()
    {
        Group = "", Version = "v1", Kind = "ComponentStatus", Plural = "componentstatuses", Singular = "componentstatus", ShortNames = ["cs"], Namespaced = false,
        ClrType = typeof(k8s.Models.V1ComponentStatus),
    };

    private static readonly string[] s_columns = ["Name", "Status", "Message", "Error"];

    public async Task<bool> HandleAsync(HttpContext http, string path, User user)
    {
        if (path.Split('/', StringSplitOptions.RemoveEmptyEntries) is not ["api", "v1", "componentstatuses", .. var rest] || rest.Length > 1)
        {
            return false;
        }
        var name = rest.FirstOrDefault();
        authorizer.Authorize(user, new(name is null ? "list" : "get", Kind, null, name, null), () => null);
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            throw ApiException.MethodNotAllowed();
        }
        QueryOptions.Warn(http, "v1 ComponentStatus is deprecated in v1.19+");
        var all = new[] { ("controller-manager", readiness.IsReady), ("scheduler", readiness.IsReady), ("store", readiness.StoreWorks) };
        if (name is not null)
        {
            var one = Array.Find(all, part => part.Item1 == name);
            await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, one.Item1 is null ? throw ApiException.NotFound(Kind, name) : Part(one.Item1, one.Item2)).ConfigureAwait(false);
            return true;
        }
        await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, ResponseFormat.Of(http) == ResponseShape.Table ? Table(all) : new JsonObject
        {
            ["kind"] = Kind.ListKind, ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["items"] = new JsonArray([.. all.Select(part => Part(part.Item1, part.Item2))]),
        }).ConfigureAwait(false);
        return true;
    }

    private static JsonObject Part(string name, bool healthy) => new()
    {
        ["kind"] = Kind.Kind, ["apiVersion"] = "v1", ["metadata"] = new JsonObject { ["name"] = name },
        ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Healthy", ["status"] = healthy ? "True" : "False", ["message"] = healthy ? "ok" : "not ready" }),
    };

    private static JsonObject Table((string Name, bool Healthy)[] parts) => new()
    {
        ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = new JsonObject(),
        ["columnDefinitions"] = new JsonArray([.. s_columns.Select(column => new JsonObject { ["name"] = column, ["type"] = "string", ["format"] = column == "Name" ? "name" : "", ["description"] = "", ["priority"] = 0 })]),
        ["rows"] = new JsonArray([.. parts.Select(part => new JsonObject
        {
            ["cells"] = new JsonArray(part.Name, part.Healthy ? "Healthy" : "Unhealthy", part.Healthy ? "ok" : "", part.Healthy ? "" : "not ready"), ["object"] = Part(part.Name, part.Healthy),
        })]),
    };
}
