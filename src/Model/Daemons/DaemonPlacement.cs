using k8s.Models;
using Orchestrator.Model.Scheduling;

namespace Orchestrator.Model.Daemons;

/// <summary>Which nodes a DaemonSet is for. Pure; agent and controller judge alike. Source: Kubernetes documentation, "DaemonSet".</summary>
public static class DaemonPlacement
{
    private static readonly V1Taint Cordon = new() { Key = WellKnown.UnschedulableTaint, Effect = "NoSchedule" };

    /// <summary>What every pod of a DaemonSet bears beside what its template says.</summary>
    public static IEnumerable<V1Toleration> Tolerations(V1PodSpec template)
    {
        yield return Bears(WellKnown.NotReadyTaint, "NoExecute");
        yield return Bears(WellKnown.UnreachableTaint, "NoExecute");
        yield return Bears(WellKnown.DiskPressureTaint, "NoSchedule");
        yield return Bears(WellKnown.MemoryPressureTaint, "NoSchedule");
        yield return Bears(WellKnown.PidPressureTaint, "NoSchedule");
        yield return Bears(WellKnown.UnschedulableTaint, "NoSchedule");
        if (template.HostNetwork == true)
        {
            yield return Bears(WellKnown.NetworkUnavailableTaint, "NoSchedule");
        }
    }

    public static DaemonFit Judge(V1PodSpec template, V1Node node)
    {
        if ((!string.IsNullOrEmpty(template.NodeName) && template.NodeName != node.Metadata.Name) || !NodeAffinityRules.Allows(template, node.Metadata))
        {
            return new(false, false);
        }
        V1Toleration[] tolerations = [.. template.Tolerations ?? [], .. Tolerations(template)];
        var untolerated = (node.Spec?.Taints ?? []).Where(taint => !IsBorne(tolerations, taint)).ToArray();
        return untolerated.Any(taint => taint.Effect == "NoExecute") ? new(false, false)
            : new(untolerated.All(taint => taint.Effect != "NoSchedule") && (node.Spec?.Unschedulable != true || Scheduling.Tolerations.Tolerates(tolerations, Cordon)), true);
    }

    // Of a node that is not ready or not reachable its own agent judges: that it does so says more than the taint's NoSchedule half.
    private static bool IsBorne(V1Toleration[] tolerations, V1Taint taint) =>
        taint.Key is WellKnown.NotReadyTaint or WellKnown.UnreachableTaint || Scheduling.Tolerations.Tolerates(tolerations, taint);

    private static V1Toleration Bears(string taint, string effect) => new() { Key = taint, OperatorProperty = "Exists", Effect = effect };
}
