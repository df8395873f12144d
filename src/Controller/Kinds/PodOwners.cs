using System.Text;
using System.Text.Json;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds;

/// <summary>Which workloads a pod's change is about.</summary>
internal static class PodOwners
{
    /// <summary>Those of a kind that control it or did so before; of a pod that nobody owns, those that may adopt it.</summary>
    public static IEnumerable<ObjectKey> Keys(ObjectCache cache, CachedEvent change, ResourceKind kind, Func<CachedObject, LabelSelector> selector)
    {
        var item = change.Object;
        var states = new[] { item, change.Previous }.OfType<CachedObject>().Where(state => state.Encoded.OwnerUids.Length > 0);
        foreach (var name in states.Select(state => Controller(state, kind)).OfType<string>().Distinct())
        {
            yield return ObjectKey.Of(kind, item.Key.Namespace, name);
        }
        if (item.Encoded.OwnerUids.Length == 0 && change.Type != ChangeType.Deleted)
        {
            foreach (var owner in cache.List(new(kind.GroupResource, item.Key.Namespace)).Items)
            {
                if (selector(owner).Matches((IReadOnlyDictionary<string, string>)item.Encoded.Labels))
                {
                    yield return owner.Key;
                }
            }
        }
    }

    /// <summary>Name of the pod's controller, if it is of that kind.</summary>
    public static string? Controller(CachedObject pod, ResourceKind kind)
    {
        // Every kind of workload sees every pod: those of another kind are told apart without reading them, and of the others only this is read.
        if (pod.Encoded.OwnerUids.Length == 0 || pod.Bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"{kind.Kind}\"")) < 0)
        {
            return null;
        }
        using var document = JsonDocument.Parse(pod.Bytes, new JsonDocumentOptions { MaxDepth = 256 });
        foreach (var owner in document.RootElement.GetProperty("metadata").GetProperty("ownerReferences").EnumerateArray())
        {
            if (owner.TryGetProperty("controller", out var controls) && controls.ValueKind == JsonValueKind.True)
            {
                return owner.GetProperty("kind").ValueEquals(kind.Kind) && owner.GetProperty("apiVersion").ValueEquals(kind.ApiVersion) ? owner.GetProperty("name").GetString() : null;
            }
        }
        return null;
    }
}
