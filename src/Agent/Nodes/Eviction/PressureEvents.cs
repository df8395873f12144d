using k8s.Models;

namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>Events of a node that gets short of something, or has it again, under the kubelet's reasons.</summary>
/// <param name="publish">Of what, type, reason, message.</param>
internal sealed class PressureEvents(string node, Action<V1ObjectReference, string, string, string> publish)
{
    private NodePressure _told = NodePressure.None;

    public void Tell(NodePressure now)
    {
        Tell(_told.Memory, now.Memory, "NodeHasInsufficientMemory", "NodeHasSufficientMemory");
        Tell(_told.Disk, now.Disk, "NodeHasDiskPressure", "NodeHasNoDiskPressure");
        Tell(_told.Pids, now.Pids, "NodeHasInsufficientPID", "NodeHasSufficientPID");
        _told = now;
    }

    private void Tell(bool before, bool now, string yes, string no)
    {
        if (before != now)
        {
            // Events of nodes carry the name for a UID: that is how they are looked for.
            publish(new() { ApiVersion = "v1", Kind = "Node", Name = node, Uid = node }, now ? "Warning" : "Normal", now ? yes : no, $"Node {node} status is now: {(now ? yes : no)}");
        }
    }
}
