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

    /// <returns>All taints that the node should have; null when it has them.</returns>
    public static List<V1Taint>? Wanted(V1Node node, string? ready, DateTime now)
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
}
