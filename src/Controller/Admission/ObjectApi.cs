using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission.Fields;
using Orchestrator.Controller.Kinds.LimitRanges;
using Orchestrator.Controller.Kinds.PersistentVolumeClaims;
using Orchestrator.Controller.Kinds.PriorityClasses;
using Orchestrator.Controller.Kinds.ResourceQuotas;
using Orchestrator.Controller.Kinds.ServiceAccounts;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Storage;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Admission;

/// <summary>
/// Reads and writes of objects, by the same rules for HTTP and for our own reconcilers. Every write is a compare-and-swap; those that state
/// no resourceVersion are tried again on a newer state when they lose.
/// </summary>
internal sealed class ObjectApi(ObjectCache cache, IObjectStore store, AdmissionChain chain, ServiceAddresses addresses, QuotaGate quotas, TimeProvider time)
{
    /// <summary>Attempts of a write without a resourceVersion before it answers Conflict; losing so often means a hot spot.</summary>
    private const int MaxAttempts = 20;

    /// <summary>Kinds that get a priority, an account, limits or a class by other objects.</summary>
    private static readonly ResourceKind[] FilledIn = [Catalog.ForType<V1Pod>(), Catalog.ForType<V1PersistentVolumeClaim>()];

    public ObjectCache Cache => cache;
    public TimeProvider Time => time;

    /// <exception cref="ApiException">NotFound.</exception>
    public CachedObject Get(ResourceKind kind, string? @namespace, string name) =>
        Find(kind, @namespace, name) ?? throw ApiException.NotFound(kind, name);

    public CachedObject? Find(ResourceKind kind, string? @namespace, string name) => cache.Get(ObjectKey.Of(kind, @namespace, name));

    public T? Find<T>(string? @namespace, string name) where T : class => Find(Catalog.ForType<T>(), @namespace, name)?.Decode<T>();

    /// <param name="kind">The kind.</param>
    /// <param name="namespace">Namespace of the request; ignored for cluster-scoped kinds.</param>
    /// <param name="tree">The object; the caller gives it away.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up before the write is queued.</param>
    public async Task<CachedObject> CreateAsync(ResourceKind kind, string? @namespace, JsonObject tree, WriteOptions options, CancellationToken cancellationToken)
    {
        CheckNamespace(kind, @namespace);
        var generated = AdmissionChain.Metadata(tree)["name"] is null;
        // Our own reconcilers need not say what they say by the kind already.
        tree["apiVersion"] ??= kind.ApiVersion;
        tree["kind"] ??= kind.Kind;
        var given = FillIn(kind, @namespace, tree, options);
        for (var attempt = 1; ; attempt++)
        {
            var admitted = chain.Create(kind, @namespace, (JsonObject)tree.DeepClone(), options.KeepUid);
            PodPriority.CheckDefault(cache, kind, admitted);
            var name = (string)admitted["metadata"]!["name"]!; // Validated to be there.
            var key = ObjectKey.Of(kind, @namespace, name);
            using var claim = addresses.Claim(kind, key, admitted);
            var final = claim?.Tree ?? admitted;
            NamespaceLimits.Check(cache, kind, @namespace, final);
            using var pass = await quotas.EnterAsync(kind, @namespace, final, null, cancellationToken).ConfigureAwait(false);
            NoteCreated(kind, tree, given, final, options);
            var encoded = Encode(kind, final);
            if (options.DryRun)
            {
                return cache.Get(key) is null ? new(key, encoded, cache.Revision) : throw ApiException.AlreadyExists(kind, name);
            }
            var outcome = await store.WriteAsync(new(key, 0, encoded), cancellationToken).ConfigureAwait(false);
            if (outcome.Succeeded)
            {
                return cache.Get(key) is { } now && now.Revision == outcome.Revision ? now : new(key, encoded, outcome.Revision);
            }
            if (!generated || attempt >= MaxAttempts)
            {
                throw ApiException.AlreadyExists(kind, name);
            }
        }
    }

    /// <summary>Changes an object, or its status.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="status">True: only <c>status</c> is taken over.</param>
    /// <param name="change">
    /// Makes the wanted state out of the current one (as clients see it, with its resourceVersion); may be called again on a newer state.
    /// A resourceVersion in what it returns must be the current one.
    /// </param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up before the write is queued.</param>
    public async Task<CachedObject> UpdateAsync(ResourceKind kind, string? @namespace, string name, bool status,
        Func<JsonObject, JsonObject> change, WriteOptions options, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(kind, @namespace, name);
        for (var attempt = 1; ; attempt++)
        {
            var current = cache.Get(key) ?? throw ApiException.NotFound(kind, name);
            var old = JsonTree.ParseObject(current.Bytes);
            var wanted = change((JsonObject)old.DeepClone());
            var stated = AdmissionChain.Metadata(wanted)["resourceVersion"]?.GetValue<string>();
            var version = AdmissionChain.Metadata(old)["resourceVersion"]!.GetValue<string>(); // Always in what the cache serves.
            if (!string.IsNullOrEmpty(stated) && stated != version)
            {
                throw ApiException.Conflict(kind, name);
            }
            AdmissionChain.Metadata(old).Remove("resourceVersion");
            // Admission leaves out what only the server sets.
            var managers = AdmissionChain.Metadata(wanted)["managedFields"]?.DeepClone();
            var admitted = status ? chain.UpdateStatus(kind, wanted, old) : chain.Update(kind, wanted, old);
            PodPriority.CheckDefault(cache, kind, admitted);
            if (!status)
            {
                ClaimAdmission.CheckGrowth(cache, kind, admitted, old);
            }
            using var claim = status ? null : addresses.Claim(kind, key, admitted);
            var final = claim?.Tree ?? admitted;
            using var pass = status ? null : await quotas.EnterAsync(kind, @namespace, final, old, cancellationToken).ConfigureAwait(false);
            NoteUpdated(kind, old, managers, final, status, options);
            if (await ReplaceAsync(kind, current, final, options, cancellationToken).ConfigureAwait(false) is { } written)
            {
                return written;
            }
            // The tree that change() returned for a patch carries the version it was made from: only a client's own one is a demand.
            if (attempt >= MaxAttempts)
            {
                throw ApiException.Conflict(kind, name);
            }
        }
    }

    /// <summary>Writes an admitted tree over the object it was made from; null when the object changed meanwhile.</summary>
    public async Task<CachedObject?> ReplaceAsync(ResourceKind kind, CachedObject current, JsonObject admitted, WriteOptions options, CancellationToken cancellationToken)
    {
        var encoded = Encode(kind, admitted);
        var finished = encoded.IsDeleting && !Deletion.IsHeld(admitted);
        if (!finished && encoded.HasContentOf(current.Encoded))
        {
            return current;
        }
        if (options.DryRun)
        {
            return new(current.Key, encoded, current.Revision);
        }
        // The last finalizer of a deleted object is gone: this write is its end.
        var outcome = await store.WriteAsync(new(current.Key, current.Revision, finished ? null : encoded), cancellationToken).ConfigureAwait(false);
        return outcome.Succeeded ? new(current.Key, encoded, outcome.Revision) : null;
    }

    /// <summary>Removes an object from the store if it is still at the revision seen; false when it changed meanwhile.</summary>
    public async Task<bool> RemoveAsync(CachedObject current, CancellationToken cancellationToken) =>
        (await store.WriteAsync(new(current.Key, current.Revision, null), cancellationToken).ConfigureAwait(false)).Succeeded;

    /// <summary>Writes into a new object what other objects say of it.</summary>
    /// <returns>Which fields that were, where it is noted who has them.</returns>
    private FieldSet FillIn(ResourceKind kind, string? @namespace, JsonObject tree, WriteOptions options)
    {
        if (!FilledIn.Contains(kind))
        {
            return new();
        }
        // What is of a wrong type is refused before anything is looked for in it.
        AdmissionChain.Decode(kind, tree);
        var asked = options.Writer is { Always: true } ? tree.DeepClone() : null;
        PodPriority.Resolve(cache, kind, tree);
        ClaimAdmission.SetClass(cache, kind, tree);
        PodAccount.Resolve(cache, kind, @namespace, tree);
        NamespaceLimits.Default(cache, kind, @namespace, tree);
        return asked is null ? new() : FieldWalk.Compare(asked, tree, kind.Schema).Added;
    }

    private void NoteCreated(ResourceKind kind, JsonObject wanted, FieldSet given, JsonObject final, WriteOptions options)
    {
        if (options.ManagersDecided)
        {
            Carry(AdmissionChain.Metadata(wanted)["managedFields"], final);
        }
        else if (options.Writer is { Always: true } writer)
        {
            FieldTracking.Created(final, given, new(writer.Name, FieldManager.Update, kind.ApiVersion, ""), kind.Schema, time.GetUtcNow());
        }
    }

    private void NoteUpdated(ResourceKind kind, JsonObject old, JsonNode? managers, JsonObject final, bool status, WriteOptions options)
    {
        if (options.ManagersDecided)
        {
            Carry(managers, final);
            return;
        }
        var writer = options.Writer ?? FieldWriter.Own(status);
        Carry(AdmissionChain.Metadata(old)["managedFields"], final);
        if (writer.Always || ManagedFields.IsApplied(old))
        {
            FieldTracking.Updated(old, final, options.Writer is null ? null : managers, new(writer.Name, FieldManager.Update, kind.ApiVersion, writer.Subresource), kind.Schema, time.GetUtcNow());
        }
    }

    private static void Carry(JsonNode? managers, JsonObject to)
    {
        var metadata = AdmissionChain.Metadata(to);
        // Always at the same place, the end: a write that changes nothing must be the same bytes.
        metadata.Remove("managedFields");
        if (managers is not null)
        {
            metadata["managedFields"] = managers.DeepClone();
        }
    }

    private static EncodedObject Encode(ResourceKind kind, JsonObject tree) =>
        EncodedObject.Of(ModelJson.Encode(tree), kind.SelectableFields.AsSpan());

    private void CheckNamespace(ResourceKind kind, string? @namespace)
    {
        if (!kind.Namespaced || @namespace is null)
        {
            return;
        }
        var owner = cache.Get(new("namespaces", "", @namespace)) ?? throw ApiException.NotFound(Catalog.Find("", "v1", "namespaces")!, @namespace); // In the catalogue.
        if (owner.Encoded.IsDeleting)
        {
            throw ApiException.Forbidden(kind, null, $"unable to create new content in namespace {@namespace} because it is being terminated");
        }
    }
}
