using System.Text.Json.Nodes;
using Orchestrator.Controller.Security;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Serving.Auditing;

/// <summary>One request on its way, as the audit log will tell it: an <c>audit.k8s.io/v1 Event</c>.</summary>
internal sealed class AuditRecord(AuditLevel level)
{
    private const string ItemKey = "orchestrator.audit";

    /// <summary>Kinds whose content is nobody's business, not even an auditor's.</summary>
    private static readonly string[] Confidential = ["secrets", "configmaps", "tokenreviews"];
    private static readonly string[] Bodies = ["POST", "PUT", "PATCH", "DELETE"];

    public User? User { get; set; }
    /// <summary>Who is really there, where somebody acts as another.</summary>
    public User? Impersonator { get; set; }
    public ApiRequest? Request { get; set; }
    public byte[]? SentBody { get; set; }
    public byte[]? AnsweredBody { get; set; }

    public static AuditRecord? Of(HttpContext http) => http.Items.TryGetValue(ItemKey, out var record) ? record as AuditRecord : null;

    public static AuditRecord Attach(HttpContext http, AuditLevel level)
    {
        var record = new AuditRecord(level);
        http.Items[ItemKey] = record;
        return record;
    }

    public bool WantsSent(HttpContext http) => level >= AuditLevel.Request && Bodies.Contains(http.Request.Method) && !IsConfidential;

    public bool WantsAnswered => level >= AuditLevel.RequestResponse && !IsConfidential && Request?.Verb is not ("list" or "watch");

    private bool IsConfidential => Request is null || Confidential.Contains(Request.Kind.Plural) || Request.Subresource == "token";

    public JsonObject ToJson(HttpContext http, DateTimeOffset received, DateTimeOffset ended)
    {
        var entry = new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "audit.k8s.io/v1",
            ["level"] = level.ToString(),
            ["auditID"] = Guid.NewGuid().ToString(),
            ["stage"] = "ResponseComplete",
            ["requestURI"] = $"{http.Request.Path}{http.Request.QueryString}",
            ["verb"] = Request?.Verb ?? http.Request.Method.ToLowerInvariant(),
            ["user"] = Info(Impersonator ?? User ?? User.Anonymous),
            ["sourceIPs"] = new JsonArray(http.Connection.RemoteIpAddress?.ToString()),
            ["userAgent"] = http.Request.Headers.UserAgent.ToString(),
            ["responseStatus"] = new JsonObject { ["code"] = http.Response.StatusCode },
            ["requestReceivedTimestamp"] = Timestamp.Micro(received),
            ["stageTimestamp"] = Timestamp.Micro(ended),
        };
        if (Impersonator is not null && User is not null)
        {
            entry["impersonatedUser"] = Info(User);
        }
        if (Request is { } request)
        {
            entry["objectRef"] = Reference(request);
        }
        Put(entry, "requestObject", SentBody);
        Put(entry, "responseObject", AnsweredBody);
        return entry;
    }

    private static JsonObject Info(User user) => new() { ["username"] = user.Name, ["groups"] = new JsonArray([.. user.Groups.Select(group => (JsonNode)group)]) };

    private static JsonObject Reference(ApiRequest request)
    {
        var reference = new JsonObject { ["resource"] = request.Served.Plural, ["apiVersion"] = request.Served.Version };
        foreach (var (name, value) in new[] { ("apiGroup", request.Served.Group), ("namespace", request.Namespace), ("name", request.Name), ("subresource", request.Subresource) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                reference[name] = value;
            }
        }
        return reference;
    }

    private static void Put(JsonObject entry, string field, byte[]? body)
    {
        if (body is not { Length: > 0 })
        {
            return;
        }
        try
        {
            entry[field] = JsonTree.Parse(body);
        }
        catch (ApiException)
        {
            // What was no JSON was refused: the status tells of it.
        }
    }
}
