using System.Collections.Immutable;
using k8s;
using k8s.Models;
using Orchestrator.Agent.Pods;

namespace Orchestrator.Agent.Daemons;

/// <summary>The newest state of objects that the API has shown, by uid.</summary>
/// <param name="changed">Called after each change.</param>
internal sealed class SeenObjects<T>(Action changed) : IObjectSink<T> where T : IKubernetesObject<V1ObjectMeta>
{
    private volatile ImmutableDictionary<string, T>? _items;

    /// <summary>Null until they were listed.</summary>
    public IEnumerable<T>? Items => _items?.Values;

    public bool Contains(string uid) => _items?.ContainsKey(uid) == true;

    public void Replace(IEnumerable<T> items)
    {
        _items = items.ToImmutableDictionary(item => item.Metadata.Uid);
        changed();
    }

    /// <summary>One writer only: the one that follows the API.</summary>
    public void Apply(PodChange change, T item)
    {
        var items = _items ?? ImmutableDictionary<string, T>.Empty;
        _items = change == PodChange.Removed ? items.Remove(item.Metadata.Uid) : items.SetItem(item.Metadata.Uid, item);
        changed();
    }
}
