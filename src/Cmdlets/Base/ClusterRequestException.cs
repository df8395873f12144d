using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>The cluster refused a request; carries what its <c>Status</c> said.</summary>
public sealed class ClusterRequestException : Exception
{
    internal ClusterRequestException(HttpStatusCode code, string reason, string message, string? kind, IReadOnlyList<string> fields)
        : base(message)
    {
        (Code, Reason, Kind, Fields) = (code, reason, kind, fields);
    }

    public HttpStatusCode Code { get; }

    /// <summary>The machine-readable word: <c>NotFound</c>, <c>AlreadyExists</c>, <c>Invalid</c>…</summary>
    public string Reason { get; }

    /// <summary>What the refusal is about: a kind, or its plural, as the server names it.</summary>
    public string? Kind { get; }

    /// <summary>Fields that the causes name.</summary>
    public IReadOnlyList<string> Fields { get; }

    internal static ClusterRequestException From(HttpStatusCode code, string body, string? kind)
    {
        if (Parse(body) is { } status && (string?)status["kind"] == "Status")
        {
            return From(code, status, kind);
        }

        var text = body.Trim();
        return new(code, code == HttpStatusCode.NotFound ? "NotFound" : code.ToString(), text.Length > 0 ? text : $"The server answered {(int)code} {code}.", kind, []);
    }

    internal static ClusterRequestException From(HttpStatusCode code, JsonObject status, string? kind)
    {
        var causes = status["details"]?["causes"] as JsonArray ?? [];
        var fields = causes.Select(cause => (string?)cause?["field"]).OfType<string>().Where(field => field.Length > 0).ToArray();
        var reason = (string?)status["reason"];
        return new(
            code,
            string.IsNullOrEmpty(reason) ? code.ToString() : reason,
            (string?)status["message"] ?? $"The server answered {(int)code} {code}.",
            kind ?? (string?)status["details"]?["kind"],
            fields);
    }

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
