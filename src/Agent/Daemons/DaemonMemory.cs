using System.Collections.Concurrent;
using System.Threading.Channels;
using k8s.Models;

namespace Orchestrator.Agent.Daemons;

/// <summary>
/// What this agent last saw of its DaemonSets, its node and its pods; and the pods that it began while the API was away, which the API has not yet.
/// </summary>
internal sealed class DaemonMemory
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, V1Pod> _unannounced = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _uids = new(StringComparer.Ordinal);
    private volatile bool _isAway;

    public DaemonMemory() => (Sets, Nodes, Pods) = (new(Wake), new(Wake), new(OnPods));

    public SeenObjects<V1DaemonSet> Sets { get; }

    /// <summary>This node, alone.</summary>
    public SeenObjects<V1Node> Nodes { get; }

    public SeenObjects<V1Pod> Pods { get; }

    /// <summary>The API did not answer when it was last asked.</summary>
    public bool IsAway
    {
        get => _isAway;
        set
        {
            var changes = _isAway != value;
            _isAway = value;
            if (changes)
            {
                Wake();
            }
        }
    }

    public ICollection<V1Pod> Unannounced => _unannounced.Values;

    public bool IsUnannounced(string uid) => _unannounced.ContainsKey(uid);

    /// <summary>
    /// The uid for the next pod of that name: the same for every try until the API has shown it or it was begun here. A pod that was made though its
    /// answer was lost, and is then begun while the API is away, is one and the same.
    /// </summary>
    public string UidFor(V1Pod pod) => _uids.GetOrAdd($"{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}", _ => Guid.NewGuid().ToString());

    public void Add(V1Pod pod)
    {
        _unannounced[pod.Metadata.Uid] = pod;
        _uids.TryRemove($"{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}", out _);
    }

    public void Drop(V1Pod pod) => _unannounced.TryRemove(pod.Metadata.Uid, out _);

    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Ends at a change, or when the time is over.</summary>
    public async Task WaitAsync(TimeSpan? atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = atMost is { } limit ? time.CreateTimer(_ => Wake(), null, limit, Timeout.InfiniteTimeSpan) : null;
        await _wake.Reader.ReadAsync(cancellationToken);
    }

    private void OnPods()
    {
        // The API has shown it: from here on it is a pod like others. Not before: a list that was taken earlier would have it ended.
        foreach (var tried in _uids.Where(item => Pods.Contains(item.Value)))
        {
            _uids.TryRemove(tried);
        }
        foreach (var uid in _unannounced.Keys.Where(Pods.Contains))
        {
            _unannounced.TryRemove(uid, out _);
        }
        Wake();
    }
}
