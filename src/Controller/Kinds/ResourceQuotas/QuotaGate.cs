using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.ResourceQuotas;

/// <summary>
/// Lets writes into a namespace with quotas pass one after the other, each only within what is left: what is used is counted from the objects
/// themselves, so that there is no second book that could be wrong.
/// </summary>
internal sealed class QuotaGate(ObjectCache cache)
{
    private static readonly ResourceKind Quotas = Catalog.ForType<V1ResourceQuota>();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<CachedObject, Dictionary<string, Quantity>> _counted = [];

    /// <param name="kind">The kind.</param>
    /// <param name="namespace">Where.</param>
    /// <param name="tree">As it will be written.</param>
    /// <param name="old">As it is; null when it is made.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What to dispose after the write; null where there is no quota.</returns>
    /// <exception cref="ApiException">Forbidden: a quota would be exceeded.</exception>
    public async ValueTask<IDisposable?> EnterAsync(ResourceKind kind, string? @namespace, JsonObject tree, JsonObject? old, CancellationToken cancellationToken)
    {
        if (!kind.Namespaced || @namespace is null || cache.List(new(Quotas.GroupResource, @namespace)).Items is not { Count: > 0 })
        {
            return null;
        }
        var gate = _gates.GetOrAdd(@namespace, static _ => new(1, 1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var item in cache.List(new(Quotas.GroupResource, @namespace)).Items)
            {
                Check(item.Decode<V1ResourceQuota>(), kind, @namespace, tree, old);
            }
            return new Pass(gate);
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    /// <summary>What the objects of a namespace use of what a quota limits.</summary>
    public Dictionary<string, Quantity> Used(V1ResourceQuota quota, string @namespace)
    {
        var used = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var name in quota.Spec.Hard?.Keys ?? [])
        {
            used[name] = Quantity.Zero;
        }
        foreach (var resource in used.Keys.SelectMany(ResourcesOf).Distinct().ToArray())
        {
            foreach (var item in cache.List(new(resource, @namespace)).Items)
            {
                if (quota.Spec is { Scopes: { Count: > 0 } } or { ScopeSelector: not null } && !QuotaUsage.IsInScope(quota.Spec, resource, JsonTree.ParseObject(item.Bytes)))
                {
                    continue;
                }
                foreach (var (name, amount) in _counted.GetValue(item, static state => QuotaUsage.Of(state.Key.Resource, JsonTree.ParseObject(state.Bytes))))
                {
                    if (used.TryGetValue(name, out var sum))
                    {
                        used[name] = sum + amount;
                    }
                }
            }
        }
        return used;
    }

    /// <summary>The group-resources whose objects count for a name in <c>hard</c>.</summary>
    public static IEnumerable<string> ResourcesOf(string name) => name switch
    {
        _ when name.StartsWith("count/", StringComparison.Ordinal) => [name["count/".Length..]],
        "services.loadbalancers" or "services.nodeports" => ["services"],
        "requests.storage" => ["persistentvolumeclaims"],
        _ when name.Contains(".storageclass.storage.k8s.io/", StringComparison.Ordinal) => ["persistentvolumeclaims"],
        "configmaps" or "persistentvolumeclaims" or "replicationcontrollers" or "resourcequotas" or "secrets" or "services" => [name],
        _ => ["pods"],
    };

    private void Check(V1ResourceQuota quota, ResourceKind kind, string @namespace, JsonObject tree, JsonObject? old)
    {
        if (quota.Spec?.Hard is not { Count: > 0 } hard || !hard.Keys.SelectMany(ResourcesOf).Contains(kind.GroupResource) || !QuotaUsage.IsInScope(quota.Spec, kind.GroupResource, tree))
        {
            return;
        }
        var name = (string?)tree["metadata"]?["name"];
        if (kind.GroupResource == "pods" && old is null && QuotaUsage.Unstated((V1Pod)ModelJson.Decode(tree, typeof(V1Pod)), hard.Keys).ToArray() is { Length: > 0 } unstated)
        {
            throw ApiException.Forbidden(kind, name, $"failed quota: {quota.Metadata.Name}: must specify "
                + string.Join("; ", unstated.GroupBy(open => open.Resource).Select(group => $"{group.Key} for: {string.Join(',', group.Select(open => open.Container))}")));
        }
        var (after, before) = (QuotaUsage.Of(kind.GroupResource, tree), old is null ? [] : QuotaUsage.Of(kind.GroupResource, old));
        var more = after.Where(pair => hard.ContainsKey(pair.Key)).Select(pair => (pair.Key, Amount: pair.Value - before.GetValueOrDefault(pair.Key))).Where(pair => pair.Amount > Quantity.Zero).ToArray();
        if (more.Length == 0)
        {
            return;
        }
        var used = Used(quota, @namespace);
        var over = more.Where(pair => used[pair.Key] + pair.Amount > Quantity.Parse(hard[pair.Key].ToString())).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        if (over.Length > 0)
        {
            string List(Func<(string Key, Quantity Amount), Quantity> value) => string.Join(',', over.Select(pair => $"{pair.Key}={value(pair)}"));
            throw ApiException.Forbidden(kind, name, $"exceeded quota: {quota.Metadata.Name}, requested: {List(pair => pair.Amount)}, used: {List(pair => used[pair.Key])}, limited: {List(pair => Quantity.Parse(hard[pair.Key].ToString()))}");
        }
    }

    private sealed class Pass(SemaphoreSlim gate) : IDisposable
    {
        private int _done;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _done, 1) == 0)
            {
                gate.Release();
            }
        }
    }
}
