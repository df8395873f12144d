using k8s;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Status;

namespace Orchestrator.Agent.Daemons;

/// <summary>The placing of DaemonSets on this node: who watches, who remembers, who acts.</summary>
internal sealed class DaemonService(IKubernetes client, string node, EventRecorder events, TimeProvider time, ILogger logger)
{
    private readonly DaemonMemory _memory = new();

    public IPodApi Wrap(IPodApi api) => new DaemonPodApi(api, _memory);

    public IPodFeed Wrap(IPodFeed feed) => new DaemonPodFeed(feed, _memory);

    /// <summary>Never ends by itself.</summary>
    public async Task RunAsync(IPodApi api, INodePods pods, CancellationToken cancellationToken)
    {
        var placer = new DaemonPlacer(node, _memory, new DaemonApi(client, api), pods,
            (set, type, reason, message) => events.Publish(new()
            {
                ApiVersion = "apps/v1", Kind = "DaemonSet", Name = set.Metadata.Name, NamespaceProperty = set.Metadata.NamespaceProperty, Uid = set.Metadata.Uid,
                ResourceVersion = set.Metadata.ResourceVersion,
            }, "daemonset-controller", type, reason, message),
            time, logger);
        await await Task.WhenAny(
            new ObjectFollower<k8s.Models.V1DaemonSet>(DaemonApi.Sets(client), _memory.Sets, _ => { }, time, logger).RunAsync(cancellationToken),
            // One of the two says whether the API is there: said by both, the slower would contradict the other.
            new ObjectFollower<k8s.Models.V1Node>(DaemonApi.Node(client, node), _memory.Nodes, away => _memory.IsAway = away, time, logger).RunAsync(cancellationToken),
            placer.RunAsync(cancellationToken));
    }
}
