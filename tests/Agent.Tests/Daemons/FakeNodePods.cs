using k8s.Models;
using Orchestrator.Agent.Daemons;

namespace Orchestrator.Agent.Tests.Daemons;

internal sealed class FakeNodePods : INodePods
{
    public List<V1Pod> Running { get; } = [];
    public HashSet<string> Over { get; } = [];
    public int Begun { get; private set; }

    public void Set(V1Pod pod)
    {
        Running.Add(pod);
        Begun++;
    }

    public void Remove(V1Pod pod) => Running.RemoveAll(running => running.Metadata.Uid == pod.Metadata.Uid);

    public bool IsOver(string podUid) => Over.Contains(podUid);
}
