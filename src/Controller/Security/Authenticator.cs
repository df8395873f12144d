using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Orchestrator.Controller.Security.Tokens;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Security;

/// <summary>Tells who sent a request: by client certificate (CN and O), by the token of a service account, or by bootstrap token.</summary>
internal sealed class Authenticator(CertificateAuthority authority, AccountTokens tokens, ObjectCache cache, TimeProvider time)
{
    private const string OrganizationOid = "2.5.4.10";
    private const string CommonNameOid = "2.5.4.3";
    private const int TokenIdLength = 6;
    private const int TokenSecretLength = 16;

    // A connection has one certificate, judged once and remembered as long as the connection lives. Its first requests come side by side on
    // HTTP/2, and the connection's own items are not made for that.
    private readonly ConditionalWeakTable<X509Certificate2, User> _users = [];

    /// <exception cref="ApiException">Unauthorized: a credential was shown and is not good.</exception>
    public async ValueTask<User> AuthenticateAsync(HttpContext context)
    {
        string? authorization = context.Request.Headers.Authorization;
        if (!string.IsNullOrEmpty(authorization))
        {
            return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
                ? await TokenAsync(authorization["Bearer ".Length..].Trim()).ConfigureAwait(false) ?? throw ApiException.Unauthorized()
                : throw ApiException.Unauthorized();
        }
        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return User.Anonymous;
        }
        return _users.GetValue(certificate, Judge);
    }

    private User Judge(X509Certificate2 certificate) => authority.Trusts(certificate) ? FromCertificate(certificate) : throw ApiException.Unauthorized();

    private static User FromCertificate(X509Certificate2 certificate)
    {
        var (name, groups) = ("", new List<string>());
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            switch (part.GetSingleElementType().Value)
            {
                case CommonNameOid:
                    name = part.GetSingleElementValue() ?? "";
                    break;
                case OrganizationOid:
                    groups.Add(part.GetSingleElementValue() ?? "");
                    break;
            }
        }
        return name.Length > 0 ? new(name, [.. groups, "system:authenticated"]) : throw ApiException.Unauthorized();
    }

    private async ValueTask<User?> TokenAsync(string token) =>
        Token(token) ?? (token.Count(static c => c == '.') == 2 ? (await tokens.CheckAsync(token, []).ConfigureAwait(false)).User : null);

    /// <summary>A token <c>id.secret</c>, if its Secret exists, allows authentication and has not expired.</summary>
    private User? Token(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 2 || parts[0].Length != TokenIdLength || parts[1].Length != TokenSecretLength
            || !token.All(c => c is '.' or (>= 'a' and <= 'z') or (>= '0' and <= '9')))
        {
            return null;
        }
        var secret = cache.Get(new("secrets", WellKnown.SystemNamespace, "bootstrap-token-" + parts[0]))?.Decode<V1Secret>();
        if (secret?.Type != WellKnown.BootstrapTokenSecretType || secret.Metadata.DeletionTimestamp is not null)
        {
            return null;
        }
        string Value(string key) => secret.Data?.TryGetValue(key, out var value) == true ? Encoding.UTF8.GetString(value) : "";
        var right = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Value("token-secret")), Encoding.UTF8.GetBytes(parts[1]));
        var alive = Value("expiration") is var expiration
            && (expiration.Length == 0 || (Timestamp.TryParse(expiration, out var end) && end > time.GetUtcNow()));
        if (!right || !alive || Value("token-id") != parts[0] || Value("usage-bootstrap-authentication") != "true")
        {
            return null;
        }
        var extra = Value("auth-extra-groups").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(group => group.StartsWith(WellKnown.BootstrapGroup + ":", StringComparison.Ordinal));
        return new("system:bootstrap:" + parts[0], [WellKnown.BootstrapGroup, .. extra, "system:authenticated"]);
    }
}
