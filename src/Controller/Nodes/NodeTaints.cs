using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Nodes;

/// <summary>Which taints follow from a node's state. Pure. Source: Kubernetes documentation, "Taints and Tolerations".</summary>
internal static class NodeTaints
{
    private static readonly (string Condition, string Taint)[] Pressures =
    [
        ("MemoryPressure", WellKnown.MemoryPressureTaint), ("DiskPressure", WellKnown.DiskPressureTaint), ("PIDPressure", WellKnown.PidPressureTaint),
    ];

    private static readonly string[] Own =
        [WellKnown.NotReadyTaint, WellKnown.UnreachableTaint, WellKnown.UnschedulableTaint, .. Pressures.Select(pressure => pressure.Taint)];

    /// <param name="node">As it is.</param>
    /// <param name="ready">Its Ready condition, as we judge it.</param>
    /// <param name="now">When new taints begin to count.</param>
    /// <param name="mayEvict">Whether a node that is not ready may lose its pods now; one that already does goes on.</param>
    /// <returns>All taints that the node should have; null when it has them.</returns>
    public static List<V1Taint>? Wanted(V1Node node, string? ready, DateTime now, bool mayEvict = true)
    {
        var wanted = new List<(string Key, string Effect)>();
        if (ready == "Unknown")
        {
            wanted.Add((WellKnown.UnreachableTaint, "NoSchedule"));
            wanted.Add((WellKnown.UnreachableTaint, "NoExecute"));
        }
        else if (ready != "True")
        {
            wanted.Add((WellKnown.NotReadyTaint, "NoSchedule"));
            wanted.Add((WellKnown.NotReadyTaint, "NoExecute"));
        }
        if (!mayEvict && !IsEvicting(node))
        {
            wanted.RemoveAll(taint => taint.Effect == "NoExecute");
        }
        wanted.AddRange(Pressures
            .Where(pressure => node.Status?.Conditions?.Any(condition => condition.Type == pressure.Condition && condition.Status == "True") == true)
            .Select(pressure => (pressure.Taint, "NoSchedule")));
        if (node.Spec?.Unschedulable == true)
        {
            wanted.Add((WellKnown.UnschedulableTaint, "NoSchedule"));
        }
        var present = node.Spec?.Taints ?? [];
        var ours = present.Where(taint => Own.Contains(taint.Key)).Select(taint => (taint.Key, taint.Effect)).ToHashSet();
        if (ours.SetEquals(wanted))
        {
            return null;
        }
        return
        [
            .. present.Where(taint => !Own.Contains(taint.Key) || wanted.Contains((taint.Key, taint.Effect))),
            .. wanted.Where(taint => !ours.Contains(taint)).Select(taint =>
                new V1Taint { Key = taint.Key, Effect = taint.Effect, TimeAdded = taint.Effect == "NoExecute" ? now : null }),
        ];
    }

    /// <summary>Pods that don't tolerate it are leaving this node.</summary>
    public static bool IsEvicting(V1Node node) => node.Spec?.Taints?.Any(taint =>
        taint.Effect == "NoExecute" && taint.Key is WellKnown.NotReadyTaint or WellKnown.UnreachableTaint) == true;
}
