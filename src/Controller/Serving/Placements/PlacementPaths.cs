using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Scheduling;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Serving.Verbs;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Scheduling;

namespace Orchestrator.Controller.Serving.Placements;

/// <summary><c>placementreviews</c>: create only; nothing is written, not even when the pod could run.</summary>
internal sealed class PlacementPaths(ObjectApi api, Scheduler scheduler, Authorizer authorizer)
{
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();

    /// <returns>False when the path is another.</returns>
    public async Task<bool> HandleAsync(HttpContext http, string path, User user)
    {
        if (path.Split('/', StringSplitOptions.RemoveEmptyEntries) is not
            ["apis", PlacementReviewKind.Group, PlacementReviewKind.Version, "namespaces", var @namespace, "placementreviews"])
        {
            return false;
        }
        var isCreate = HttpMethods.IsPost(http.Request.Method);
        authorizer.Authorize(user, new(isCreate ? "create" : http.Request.Method.ToLowerInvariant(), PlacementReviewKind.Kind, @namespace, null, null), () => null);
        if (!isCreate)
        {
            throw ApiException.MethodNotAllowed();
        }
        var review = JsonTree.ParseObject(await CreateVerb.ReadAsync(http).ConfigureAwait(false));
        if ((review["spec"] as JsonObject)?["template"] is not JsonObject template)
        {
            throw ApiException.BadRequest("spec.template: Required value: the template of the pod");
        }
        // Through the whole chain: what would be refused as a pod is refused here, with the same words.
        var options = new WriteOptions { DryRun = true };
        var pod = AdmissionChain.CheckShape(Pods, Pod(template), [], options);
        var admitted = await api.CreateAsync(Pods, @namespace, pod, options, http.RequestAborted).ConfigureAwait(false);
        var answer = await scheduler.ReviewAsync(admitted.Decode<V1Pod>(), http.RequestAborted).ConfigureAwait(false);
        review["apiVersion"] = PlacementReviewKind.Kind.ApiVersion;
        review["kind"] = PlacementReviewKind.Kind.Kind;
        review["status"] = Status(answer);
        await JsonResponse.WriteAsync(http, StatusCodes.Status201Created, review).ConfigureAwait(false);
        return true;
    }

    private static JsonObject Pod(JsonObject template)
    {
        var metadata = template["metadata"]?.DeepClone() as JsonObject ?? [];
        metadata.Remove("name");
        metadata["generateName"] = "placement-review-";
        return new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = template["spec"]?.DeepClone() };
    }

    private static JsonObject Status(PlacementReview answer)
    {
        var status = new JsonObject
        {
            ["nodes"] = new JsonArray([.. answer.Nodes.Select(node => new JsonObject
            {
                ["name"] = node.Node, ["fits"] = node.Score >= 0, ["score"] = node.Score >= 0 ? Math.Round(node.Score, 1) : null, ["reason"] = node.Reason,
            })]),
        };
        if (answer.Node is not null)
        {
            status["nodeName"] = answer.Node;
            return status;
        }
        status["message"] = answer.Message;
        if (answer.Preemption is { } plan)
        {
            status["preemption"] = new JsonObject
            {
                ["nodeName"] = plan.Node.Name,
                ["victims"] = new JsonArray([.. plan.Victims.Select(victim => (JsonNode)$"{victim.Key.Namespace}/{victim.Key.Name}")]),
            };
        }
        return status;
    }
}
