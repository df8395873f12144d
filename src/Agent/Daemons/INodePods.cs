using k8s.Models;

namespace Orchestrator.Agent.Daemons;

/// <summary>The pods that this node runs.</summary>
internal interface INodePods
{
    void Set(V1Pod pod);

    void Remove(V1Pod pod);

    /// <summary>Nothing of it runs here any more, whatever the API says.</summary>
    bool IsOver(string podUid);
}
