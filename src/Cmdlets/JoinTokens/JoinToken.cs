using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What an agent joins with: a bootstrap token, kept as a Secret of the system namespace.</summary>
public sealed class JoinToken
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 6;
    private const int SecretLength = 16;

    private JoinToken(string token, DateTime expiration, string server) => (Token, Expiration, Server) = (token, expiration, server);

    /// <summary><c>abcdef.0123456789abcdef</c></summary>
    public string Token { get; }

    /// <summary>UTC.</summary>
    public DateTime Expiration { get; }

    public string Server { get; }

    /// <summary>The bootstrap kubeconfig that was written, if one was.</summary>
    public string? Path { get; internal set; }

    internal static async Task<JoinToken> CreateAsync(ClusterClient client, TimeSpan lifetime, string? description, CancellationToken cancellationToken)
    {
        var (id, secret) = (RandomNumberGenerator.GetString(Alphabet, IdLength), RandomNumberGenerator.GetString(Alphabet, SecretLength));
        var expiration = TimeProvider.System.GetUtcNow() + lifetime;
        var body = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = $"bootstrap-token-{id}", ["namespace"] = WellKnown.SystemNamespace },
            ["type"] = WellKnown.BootstrapTokenSecretType,
            ["stringData"] = new JsonObject
            {
                ["token-id"] = id,
                ["token-secret"] = secret,
                ["expiration"] = Timestamp.Seconds(expiration),
                ["usage-bootstrap-authentication"] = "true",
                ["auth-extra-groups"] = WellKnown.BootstrapJoinGroup,
                ["description"] = description ?? "",
            },
        };
        await client.CreateAsync(Kinds.Secret, WellKnown.SystemNamespace, body, WriteMode.Real, cancellationToken);
        return new JoinToken($"{id}.{secret}", expiration.UtcDateTime, client.Context.Server);
    }
}
