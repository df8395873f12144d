using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using k8s.Models;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Security.Tokens;

/// <summary>
/// Tokens of service accounts: signed, for an audience, for a time, and for as long as the account and what they are bound to exist.
/// Source: Kubernetes documentation, "Managing Service Accounts", bound service account tokens.
/// </summary>
internal sealed class AccountTokens(TokenKey key, ObjectCache cache, ControllerOptions options, TimeProvider time)
{
    public const string AccountPrefix = "system:serviceaccount:";
    private const string Claim = "kubernetes.io";

    /// <summary>Tokens whose signature need not be checked again.</summary>
    private const int MaxRemembered = 4096;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ConcurrentDictionary<string, JsonWebToken> _checked = new(StringComparer.Ordinal);

    public string Issuer { get; } = $"https://kubernetes.default.svc.{options.ClusterDomain}";

    public TokenKey Key => key;

    /// <param name="account">Whose.</param>
    /// <param name="audiences">Who is to take it; none for this API server.</param>
    /// <param name="lifetime">For how long; null for ever.</param>
    /// <param name="bound">The pod, Secret or Node without which it is void.</param>
    public IssuedToken Issue(V1ServiceAccount account, IReadOnlyCollection<string> audiences, TimeSpan? lifetime, V1BoundObjectReference? bound)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var expires = lifetime is { } span ? now + span : DateTimeOffset.MaxValue;
        var inner = new Dictionary<string, object>
        {
            ["namespace"] = account.Metadata.NamespaceProperty,
            ["serviceaccount"] = Reference(account.Metadata.Name, account.Metadata.Uid),
        };
        if (bound is not null)
        {
            inner[bound.Kind.ToLowerInvariant()] = Reference(bound.Name, bound.Uid);
        }
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = lifetime is null ? null : expires.UtcDateTime,
            SigningCredentials = new(key.Security, SecurityAlgorithms.EcdsaSha256),
            Claims = new Dictionary<string, object>
            {
                ["aud"] = audiences.Count > 0 ? audiences.ToArray() : [Issuer],
                ["sub"] = NameOf(account.Metadata.NamespaceProperty, account.Metadata.Name),
                ["jti"] = Guid.NewGuid().ToString(),
                [Claim] = inner,
            },
        });
        return new(token, expires);
    }

    /// <param name="token">As it was shown.</param>
    /// <param name="audiences">Who asks; the token must be for one of them. None for this API server.</param>
    /// <returns>Whose it is; or null, and why.</returns>
    public async ValueTask<(User? User, ImmutableArray<string> Audiences, string Problem)> CheckAsync(string token, IReadOnlyCollection<string> audiences)
    {
        if (await ReadAsync(token).ConfigureAwait(false) is not { } read)
        {
            return (null, [], "the token is not one of this cluster's service accounts, or not valid now");
        }
        var wanted = audiences.Count > 0 ? audiences : [Issuer];
        ImmutableArray<string> shared = [.. read.Audiences.Intersect(wanted)];
        if (shared.IsEmpty)
        {
            return (null, [], $"token audiences [{string.Join(' ', read.Audiences)}] is invalid for the target audiences [{string.Join(' ', wanted)}]");
        }
        return Owner(read) is { } user ? (user, shared, "") : (null, [], "the service account of the token, or what the token is bound to, is gone");
    }

    public static string NameOf(string @namespace, string account) => $"{AccountPrefix}{@namespace}:{account}";

    public static ImmutableArray<string> GroupsOf(string @namespace) => ["system:serviceaccounts", $"system:serviceaccounts:{@namespace}", "system:authenticated"];

    private static Dictionary<string, object> Reference(string name, string uid) => new() { ["name"] = name, ["uid"] = uid };

    private async ValueTask<JsonWebToken?> ReadAsync(string token)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (_checked.TryGetValue(token, out var known))
        {
            return IsInTime(known, now) ? known : null;
        }
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            IssuerSigningKey = key.Security,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            // Whom it is for depends on who asks, and the time is this cluster's clock: both are judged here.
            ValidateAudience = false,
            ValidateLifetime = false,
        }).ConfigureAwait(false);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken read || !IsInTime(read, now))
        {
            return null;
        }
        if (_checked.Count >= MaxRemembered)
        {
            _checked.Clear();
        }
        _checked[token] = read;
        return read;
    }

    private static bool IsInTime(JsonWebToken token, DateTime now) =>
        (token.ValidFrom == DateTime.MinValue || token.ValidFrom <= now.AddSeconds(30)) && (token.ValidTo == DateTime.MinValue || token.ValidTo > now);

    /// <summary>The account, if it and what the token is bound to are the same objects still.</summary>
    private User? Owner(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<JsonElement>(Claim, out var claim) || Text(claim, "namespace") is not { } ns || !Is("serviceaccounts", ns, claim, "serviceaccount", out var name, out var uid))
        {
            return null;
        }
        var extra = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        extra["authentication.kubernetes.io/credential-id"] = [$"JTI={token.Id}"];
        foreach (var (field, resource, scope) in new[] { ("pod", "pods", ns), ("secret", "secrets", ns), ("node", "nodes", "") })
        {
            if (!claim.TryGetProperty(field, out _))
            {
                continue;
            }
            if (!Is(resource, scope, claim, field, out var bound, out var boundUid))
            {
                return null;
            }
            extra[$"authentication.kubernetes.io/{field}-name"] = [bound];
            extra[$"authentication.kubernetes.io/{field}-uid"] = [boundUid];
        }
        return new(NameOf(ns, name), GroupsOf(ns)) { Uid = uid, Extra = extra.ToImmutable() };
    }

    private bool Is(string resource, string @namespace, JsonElement claim, string field, out string name, out string uid)
    {
        (name, uid) = claim.TryGetProperty(field, out var reference) ? (Text(reference, "name") ?? "", Text(reference, "uid") ?? "") : ("", "");
        return name.Length > 0 && cache.Get(new(resource, @namespace, name)) is { } item && item.Encoded.Uid == uid;
    }

    private static string? Text(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
