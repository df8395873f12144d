using System.Text.Json.Nodes;
using Orchestrator.Controller.Storage;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving;

/// <summary>Failures and plain successes as the <c>Status</c> kind.</summary>
internal static class StatusWriter
{
    public static JsonObject Failure(ApiException problem)
    {
        var details = new JsonObject();
        if (problem.ObjectName is { Length: > 0 } name)
        {
            details["name"] = name;
        }
        if (problem.ResourceKind is { } kind)
        {
            if (kind.Group.Length > 0)
            {
                details["group"] = kind.Group;
            }
            details["kind"] = problem.Reason == StatusReason.Invalid ? kind.Kind : kind.Plural;
        }
        if (problem.Causes.Length > 0)
        {
            details["causes"] = new JsonArray([.. problem.Causes.Select(cause =>
                new JsonObject { ["reason"] = cause.Reason, ["message"] = cause.Message, ["field"] = cause.Field })]);
        }
        if (problem.RetryAfterSeconds is { } seconds)
        {
            details["retryAfterSeconds"] = seconds;
        }
        var status = New("Failure");
        if (problem.Continue is { } token)
        {
            status["metadata"] = new JsonObject { ["continue"] = token };
        }
        status["message"] = problem.Message;
        status["reason"] = problem.Reason.ToString();
        // Always there: clients look into it without asking.
        status["details"] = details;
        status["code"] = problem.Code;
        return status;
    }

    public static JsonObject Deleted(ResourceKind kind, string name, string uid)
    {
        var status = New("Success");
        var details = new JsonObject { ["name"] = name, ["kind"] = kind.Plural, ["uid"] = uid };
        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }
        status["details"] = details;
        return status;
    }

    /// <summary>What the store could not do, as a client may know it.</summary>
    public static ApiException Translate(StoreException problem) => problem.Problem switch
    {
        StoreProblem.Compacted => ApiException.Expired($"The resourceVersion for the provided watch is too old: {problem.Message}"),
        StoreProblem.Full => ApiException.Unavailable("the state database could not be written: the disk is full"),
        StoreProblem.Unavailable => ApiException.Unavailable("the state database could not be written"),
        _ => ApiException.Internal("the state database failed"),
    };

    public static async Task WriteAsync(HttpContext context, ApiException problem)
    {
        if (context.Response.HasStarted)
        {
            // Too late for a status code: the client must see the stream break, not end well.
            context.Abort();
            return;
        }
        if (problem.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        await JsonResponse.WriteAsync(context, problem.Code, ModelJson.Encode(Failure(problem))).ConfigureAwait(false);
    }

    private static JsonObject New(string status) =>
        new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = status };
}
