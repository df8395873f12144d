using k8s.Models;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Planning;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>The pods of all fake nodes. Told by one watch what the API has; pods of other nodes are none of its business.</summary>
internal sealed class HollowPods(IReadOnlyDictionary<string, HollowNode> nodes, HollowFate fate, BackOffPolicy backOff, HollowServices services) : IPodSink
{
    private readonly Dictionary<string, HollowPodWorker> _workers = [];

    public int Count => _workers.Count;

    public Task ReplaceAsync(IReadOnlyList<V1Pod> pods, CancellationToken cancellationToken)
    {
        var present = pods.Select(pod => pod.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var worker in _workers.Values.Where(worker => !present.Contains(worker.Pod.Metadata.Uid)).ToList())
        {
            Remove(worker.Pod);
        }
        // Those that have their place keep it.
        foreach (var pod in pods.OrderBy(pod => pod.Status?.StartTime is null))
        {
            Set(pod);
        }
        return Task.CompletedTask;
    }

    public void Set(V1Pod pod)
    {
        if (_workers.TryGetValue(pod.Metadata.Uid, out var worker))
        {
            worker.Update(pod);
        }
        else if (pod.Spec.NodeName is { } name && nodes.TryGetValue(name, out var node))
        {
            var hollow = node.Add(pod, rejection => new HollowPod(pod, rejection, node, fate, backOff));
            _workers[pod.Metadata.Uid] = worker = new HollowPodWorker(hollow, node, services);
            worker.Wake();
        }
    }

    public void Remove(V1Pod pod)
    {
        if (_workers.Remove(pod.Metadata.Uid, out var worker))
        {
            worker.Vanish();
        }
    }
}
