using System.Security.Cryptography;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ServiceAccounts;

/// <summary>
/// A new pod's service account: its name, its pull secrets, and the volume with its token that each container finds at a standard place.
/// Source: Kubernetes documentation, "Managing Service Accounts", ServiceAccount admission controller.
/// </summary>
internal static class PodAccount
{
    public const string Default = "default";
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const long TokenSeconds = 3607;
    private static readonly ResourceKind Accounts = Catalog.ForType<V1ServiceAccount>();

    /// <summary>Completes a pod that is to be created; leaves other kinds alone.</summary>
    /// <exception cref="ApiException">Forbidden: there is no such account.</exception>
    public static void Resolve(ObjectCache cache, ResourceKind kind, string? @namespace, JsonObject tree)
    {
        if (kind is not { Group: "", Kind: "Pod" } || tree["spec"] is not JsonObject spec || IsMirror(tree))
        {
            return;
        }
        var name = Text(spec["serviceAccountName"]) is { Length: > 0 } stated ? stated : Text(spec["serviceAccount"]) is { Length: > 0 } old ? old : Default;
        var account = cache.Get(ObjectKey.Of(Accounts, @namespace, name))?.Decode<V1ServiceAccount>();
        // A new namespace gets its default account a moment later; its pods need not wait for that.
        if (account is null && name != Default)
        {
            throw ApiException.Forbidden(kind, Text(tree["metadata"]?["name"]) ?? Text(tree["metadata"]?["generateName"]),
                $"error looking up service account {@namespace}/{name}: serviceaccount \"{name}\" not found");
        }
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        if (spec["imagePullSecrets"] is not JsonArray { Count: > 0 } && account?.ImagePullSecrets is { Count: > 0 } secrets)
        {
            spec["imagePullSecrets"] = new JsonArray([.. secrets.Select(secret => new JsonObject { ["name"] = secret.Name })]);
        }
        if ((spec["automountServiceAccountToken"] is JsonValue flag && flag.TryGetValue<bool>(out var wanted) ? wanted : account?.AutomountServiceAccountToken ?? true) && spec["volumes"] is null or JsonArray)
        {
            Mount(spec);
        }
    }

    private static void Mount(JsonObject spec)
    {
        var containers = new[] { "initContainers", "containers" }.SelectMany(field => (spec[field] as JsonArray)?.OfType<JsonObject>() ?? []).Where(container => !HasMount(container)).ToArray();
        if (containers.Length == 0)
        {
            return;
        }
        var volume = "kube-api-access-" + RandomNumberGenerator.GetString(SuffixAlphabet, 5);
        foreach (var container in containers)
        {
            if (container["volumeMounts"] is not JsonArray mounts)
            {
                container["volumeMounts"] = mounts = [];
            }
            mounts.Add((JsonNode)new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = WellKnown.AccountFolder });
        }
        if (spec["volumes"] is not JsonArray volumes)
        {
            spec["volumes"] = volumes = [];
        }
        volumes.Add((JsonNode)ModelJson.ToTree(new V1Volume
        {
            Name = volume,
            Projected = new()
            {
                Sources =
                [
                    new() { ServiceAccountToken = new() { ExpirationSeconds = TokenSeconds, Path = "token" } },
                    new() { ConfigMap = new() { Name = RootCertificates.Name, Items = [new() { Key = RootCertificates.Key, Path = RootCertificates.Key }] } },
                    new() { DownwardAPI = new() { Items = [new() { Path = "namespace", FieldRef = new() { ApiVersion = "v1", FieldPath = "metadata.namespace" } }] } },
                ],
            },
        }));
    }

    private static bool HasMount(JsonObject container) =>
        (container["volumeMounts"] as JsonArray)?.Any(mount => Text((mount as JsonObject)?["mountPath"]) == WellKnown.AccountFolder) == true
        || container["volumeMounts"] is not (null or JsonArray);

    private static bool IsMirror(JsonObject tree) => tree["metadata"]?["annotations"] is JsonObject annotations && annotations.ContainsKey("kubernetes.io/config.mirror");

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
