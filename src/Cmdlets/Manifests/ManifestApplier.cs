using System.Text.Json.Nodes;
using Orchestrator.Model.Schema;

namespace Orchestrator.Cmdlets;

/// <summary>Makes one object of the cluster what a manifest says: creates it, or changes what differs.</summary>
internal sealed class ManifestApplier(ClusterClient client, string? @namespace)
{
    /// <summary>How often a change is computed anew when another writer was faster.</summary>
    private const int Attempts = 5;

    /// <exception cref="ClusterException">The document is malformed, or of a kind that the cluster doesn't serve.</exception>
    public async Task<ObjectTarget> ResolveAsync(ManifestDocument document, CancellationToken cancellationToken)
    {
        document.Check();
        var kind = await KindResolver.FindAsync(client, document.ApiVersion, document.Kind, cancellationToken)
            ?? throw ClusterException.Manifest(document.Source, $"the cluster serves no kind \"{document.Kind}\" of apiVersion \"{document.ApiVersion}\"");
        if (!kind.Namespaced)
        {
            return new ObjectTarget(kind, null, document.Name);
        }

        if (@namespace is not null && document.Namespace is not null && document.Namespace != @namespace)
        {
            throw ClusterException.Manifest(
                document.Source, $"metadata.namespace: \"{document.Namespace}\" does not match -Namespace \"{@namespace}\"");
        }

        return new ObjectTarget(kind, document.Namespace ?? @namespace ?? client.Context.Namespace, document.Name);
    }

    public async Task<(JsonObject Object, string Action)> ApplyAsync(
        ManifestDocument document, ObjectTarget target, WriteMode mode, CancellationToken cancellationToken)
    {
        var wanted = Prepare(document, target);
        for (var attempt = 1; ; attempt++)
        {
            var live = await client.FindAsync(target.Kind, target.Namespace, target.Name, cancellationToken);
            try
            {
                return live is null
                    ? (await client.CreateAsync(target.Kind, target.Namespace, wanted, mode, cancellationToken), PublishResult.Created)
                    : await ChangeAsync(target, wanted, live, mode, cancellationToken);
            }
            catch (ClusterRequestException raced) when (raced.Reason is "Conflict" or "AlreadyExists" && attempt < Attempts)
            {
                // Somebody else wrote in between: look again.
            }
        }
    }

    private async Task<(JsonObject Object, string Action)> ChangeAsync(
        ObjectTarget target, JsonObject wanted, JsonObject live, WriteMode mode, CancellationToken cancellationToken)
    {
        var schema = target.Kind.ClrType == typeof(JsonObject) ? null : TypeSchema.For(target.Kind.ClrType);
        var patch = ThreeWayPatch.Create(LastApplied.Read(live), wanted, live, schema);
        if (patch.Count == 0)
        {
            return (live, PublishResult.Unchanged);
        }

        var type = schema is null ? PatchType.Merge : PatchType.Strategic;
        var changed = await client.PatchAsync(target.Kind, target.Namespace, target.Name, patch, type, mode, cancellationToken);
        var same = (string?)changed["metadata"]?["resourceVersion"] == (string?)live["metadata"]?["resourceVersion"];
        return (changed, same && !mode.DryRun ? PublishResult.Unchanged : PublishResult.Configured);
    }

    /// <summary>The manifest with its namespace, and with itself in the annotation that the next publication (or kubectl apply) compares with.</summary>
    private static JsonObject Prepare(ManifestDocument document, ObjectTarget target)
    {
        var body = (JsonObject)document.Body.DeepClone();
        body.Remove("status");
        var metadata = body["metadata"] as JsonObject ?? [];
        foreach (var owned in new[] { "resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "selfLink" })
        {
            metadata.Remove(owned);
        }

        if (target.Namespace is not null)
        {
            metadata["namespace"] = target.Namespace;
        }

        LastApplied.Write(body);
        return body;
    }
}
