using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Controller.Serving.Verbs;

/// <summary>Where the next page of a list begins. To clients it is opaque.</summary>
/// <param name="Revision">The state that all pages show.</param>
/// <param name="Namespace">Of the last object shown.</param>
/// <param name="Name">Of the last object shown.</param>
internal sealed record ContinueToken(long Revision, string Namespace, string Name)
{
    /// <summary>In place of a revision: go on in whatever state there is.</summary>
    public const long Present = -1;

    public static ContinueToken? Parse(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<JsonElement[]>(Convert.FromBase64String(token.Replace('-', '+').Replace('_', '/'))) is [var revision, var ns, var name]
                && revision.TryGetInt64(out var number) && number >= Present && ns.GetString() is { } space && name.GetString() is { } text
                ? new(number, space, text) : throw ApiException.BadRequest("continue key is not valid");
        }
        catch (Exception problem) when (problem is FormatException or JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"continue key is not valid: {problem.Message}");
        }
    }

    public bool IsPast(ObjectKey key) =>
        (string.CompareOrdinal(key.Namespace, Namespace) is var order && order != 0 ? order : string.CompareOrdinal(key.Name, Name)) <= 0;

    public override string ToString() =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonArray(Revision, Namespace, Name).ToJsonString())).Replace('+', '-').Replace('/', '_');
}
