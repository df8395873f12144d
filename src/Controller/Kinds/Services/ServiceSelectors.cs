using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>
/// Which services a pod's labels belong to, without asking every service: each is filed under one pair of its selector. Kept up by one
/// reconciler's own reading of changes; a place in time behind the pods' does no harm, since the service's own change comes to it afterwards.
/// </summary>
internal sealed class ServiceSelectors
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, KeyValuePair<string, string>[]> _selectors = [];
    private readonly Dictionary<(string Namespace, string Name, string Value), HashSet<ObjectKey>> _files = [];

    /// <summary>Takes note of a service's change.</summary>
    public void Apply(CachedEvent change)
    {
        var key = change.Object.Key;
        KeyValuePair<string, string>[] selector = change.Type == ChangeType.Deleted ? []
            : [.. (change.Object.Decode<V1Service>().Spec?.Selector ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        lock (_lock)
        {
            if (_selectors.Remove(key, out var old) && _files.TryGetValue(File(key, old), out var members) && members.Remove(key) && members.Count == 0)
            {
                _files.Remove(File(key, old));
            }
            if (selector.Length > 0)
            {
                _selectors[key] = selector;
                if (!_files.TryGetValue(File(key, selector), out members))
                {
                    _files[File(key, selector)] = members = [];
                }
                members.Add(key);
            }
        }
    }

    /// <summary>The services of the pod as it is, and as it was: both may have to change.</summary>
    public IReadOnlyCollection<ObjectKey> Of(CachedEvent pod)
    {
        var found = new HashSet<ObjectKey>();
        lock (_lock)
        {
            Collect(pod.Object, found);
            if (pod.Previous is not null && !ReferenceEquals(pod.Previous.Encoded.Labels, pod.Object.Encoded.Labels))
            {
                Collect(pod.Previous, found);
            }
        }
        return found;
    }

    private void Collect(CachedObject pod, HashSet<ObjectKey> found)
    {
        var labels = pod.Encoded.Labels;
        foreach (var (name, value) in labels)
        {
            if (_files.TryGetValue((pod.Key.Namespace, name, value), out var members))
            {
                found.UnionWith(members.Where(key => _selectors[key].All(pair => labels.TryGetValue(pair.Key, out var has) && has == pair.Value)));
            }
        }
    }

    private static (string, string, string) File(ObjectKey service, KeyValuePair<string, string>[] selector) => (service.Namespace, selector[0].Key, selector[0].Value);
}
