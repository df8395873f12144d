using System.Security;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>A Secret. Its values are not shown; <see cref="Reveal"/> and <see cref="GetSecureString"/> hand them out.</summary>
public sealed class ClusterSecret : ClusterObject
{
    internal ClusterSecret(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1Secret Model => (V1Secret)Object;

    public string? Type => Model.Type;
    public IReadOnlyList<string> Keys => [.. (Model.Data ?? new Dictionary<string, byte[]>()).Keys.Order(StringComparer.Ordinal)];
    public int DataCount => Keys.Count;

    /// <summary>A value as text (UTF-8).</summary>
    public string Reveal(string key) => Encoding.UTF8.GetString(GetBytes(key));

    public SecureString GetSecureString(string key)
    {
        var secret = new SecureString();
        foreach (var character in Reveal(key))
        {
            secret.AppendChar(character);
        }

        secret.MakeReadOnly();
        return secret;
    }

    public byte[] GetBytes(string key) =>
        Model.Data is { } data && data.TryGetValue(key, out var value)
            ? value
            : throw new ArgumentException($"The secret has no key \"{key}\"; it has {string.Join(", ", Keys.DefaultIfEmpty("none"))}.", nameof(key));
}
