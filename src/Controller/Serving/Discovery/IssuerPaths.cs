using System.Text.Json.Nodes;
using Orchestrator.Controller.Security.Tokens;

namespace Orchestrator.Controller.Serving.Discovery;

/// <summary>How others check the tokens of service accounts. Source: Kubernetes documentation, "Managing Service Accounts", issuer discovery; OpenID Connect Discovery 1.0.</summary>
internal sealed class IssuerPaths(AccountTokens tokens)
{
    private const string KeysPath = "/openid/v1/jwks";

    public async Task<bool> HandleAsync(HttpContext http, string path)
    {
        JsonObject? answer = path switch
        {
            "/.well-known/openid-configuration" => new()
            {
                ["issuer"] = tokens.Issuer,
                ["jwks_uri"] = $"https://{http.Request.Host}{KeysPath}",
                ["response_types_supported"] = new JsonArray("id_token"),
                ["subject_types_supported"] = new JsonArray("public"),
                ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
            },
            KeysPath => new() { ["keys"] = new JsonArray(Key()) },
            _ => null,
        };
        if (answer is null)
        {
            return false;
        }
        await JsonResponse.WriteAsync(http, StatusCodes.Status200OK, answer).ConfigureAwait(false);
        return true;
    }

    private JsonObject Key()
    {
        var key = tokens.Key.Public;
        return new() { ["use"] = key.Use, ["kty"] = key.Kty, ["kid"] = key.KeyId, ["crv"] = key.Crv, ["alg"] = key.Alg, ["x"] = key.X, ["y"] = key.Y };
    }
}
