using System.Collections.Concurrent;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;

namespace Orchestrator.Controller.Kinds;

/// <summary>
/// The pods of large owners as they were decoded last: an owner of thousands is looked at again whenever one of them changes, and decodes only
/// what did. Those of owners that nobody asked about for a while are let go. Callers share the pods and must not change them.
/// </summary>
internal sealed class DecodedPods : IDisposable
{
    /// <summary>Fewer are decoded each time: quick, and nothing to remember.</summary>
    private const int Few = 100;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Held> _owners = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public DecodedPods(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => LetGo(), null, Kept, Kept);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>What the owner's pods are decoded to, in their order.</summary>
    public V1Pod[] Of(string ownerUid, IReadOnlyCollection<CachedObject> items)
    {
        if (items.Count < Few)
        {
            _owners.TryRemove(ownerUid, out _);
            return [.. items.Select(item => item.Decode<V1Pod>())];
        }
        var before = _owners.GetValueOrDefault(ownerUid)?.Pods;
        var now = new Dictionary<string, Decoded>(items.Count, StringComparer.Ordinal);
        var pods = new V1Pod[items.Count];
        var at = 0;
        foreach (var item in items)
        {
            var decoded = before is not null && before.TryGetValue(item.Encoded.Uid, out var known) && known.Revision == item.Revision ? known
                : new(item.Revision, item.Decode<V1Pod>());
            now[item.Encoded.Uid] = decoded;
            pods[at++] = decoded.Pod;
        }
        _owners[ownerUid] = new(now, _time.GetTimestamp());
        return pods;
    }

    private void LetGo()
    {
        foreach (var owner in _owners.Where(owner => _time.GetElapsedTime(owner.Value.Asked) >= Kept))
        {
            // Only what was looked at: it may have been asked for again meanwhile.
            _owners.TryRemove(owner);
        }
    }

    private readonly record struct Decoded(long Revision, V1Pod Pod);

    private sealed record Held(Dictionary<string, Decoded> Pods, long Asked);
}
