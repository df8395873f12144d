using Orchestrator.Model;
using Orchestrator.Model.Scheduling;

namespace Orchestrator.Controller.Scheduling.Filters;

internal sealed class TaintFilter : IFilter
{
    public string? Reject(PodClass pod, NodeInfo node)
    {
        foreach (var taint in node.Node!.Spec?.Taints ?? []) // Only known nodes are asked about.
        {
            // The cordon's own taint follows spec.unschedulable a moment later: its filter has the better words.
            if (taint.Effect is "NoSchedule" or "NoExecute" && taint.Key != WellKnown.UnschedulableTaint && !Tolerations.Tolerates(pod.Spec.Tolerations, taint))
            {
                return $"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}";
            }
        }
        return null;
    }
}
