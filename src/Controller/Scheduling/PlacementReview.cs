using k8s.Models;
using Orchestrator.Controller.Scheduling.Preempting;

namespace Orchestrator.Controller.Scheduling;

/// <param name="Score">What it is worth; negative where the pod can't run.</param>
/// <param name="Reason">Why it can't; empty where it can.</param>
internal sealed record NodeReview(string Node, double Score, string Reason);

/// <summary>An answer to "where would this go, and why not there".</summary>
/// <param name="Node">Null when it would wait.</param>
/// <param name="Message">Why it would wait; empty when it would not.</param>
/// <param name="Preemption">Who would have to go for it; null when nobody can be made to.</param>
internal sealed record PlacementReview(string? Node, string Message, IReadOnlyList<NodeReview> Nodes, PreemptionPlan? Preemption)
{
    public static PlacementReview Of(Engine engine, V1Pod pod, Func<IReadOnlyList<PodInfo>, IReadOnlySet<PodInfo>> budgets)
    {
        var one = PodClass.Of(pod);
        var choice = engine.Placement.Choose(one);
        var nodes = engine.Placement.Judge(one)
            .Select(judged => new NodeReview(judged.Node.Name, judged.Score, judged.Score < 0 ? engine.Reasons[judged.Reason] : ""))
            .OrderByDescending(review => review.Score).ThenBy(review => review.Node, StringComparer.Ordinal).ToArray();
        if (choice.Node is not null)
        {
            return new(choice.Node.Name, "", nodes, null);
        }
        var info = new PodInfo(new("pods", one.Namespace, pod.Metadata.Name ?? ""), "", one, "", false);
        return new(null, engine.Placement.Explain(one), nodes, engine.Preemption.Plan(info, budgets, _ => DateTime.MinValue));
    }
}
