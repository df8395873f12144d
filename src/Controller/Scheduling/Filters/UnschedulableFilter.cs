using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Scheduling;

namespace Orchestrator.Controller.Scheduling.Filters;

internal sealed class UnschedulableFilter : IFilter
{
    private static readonly V1Taint Taint = new() { Key = WellKnown.UnschedulableTaint, Effect = "NoSchedule" };

    public string? Reject(PodClass pod, NodeInfo node) =>
        node.Node!.Spec?.Unschedulable == true && !Tolerations.Tolerates(pod.Spec.Tolerations, Taint) ? "node(s) were unschedulable" : null; // Only known nodes are asked about.
}
