using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <summary>Conditions in the making; one that keeps its status keeps its time.</summary>
internal sealed class AutoscalerConditions(IList<V2HorizontalPodAutoscalerCondition>? before, DateTimeOffset now)
{
    private readonly List<V2HorizontalPodAutoscalerCondition> _conditions = [.. before ?? []];

    public IList<V2HorizontalPodAutoscalerCondition> All => _conditions;

    public void Set(string type, bool holds, string reason, string message)
    {
        var status = holds ? "True" : "False";
        var index = _conditions.FindIndex(condition => condition.Type == type);
        var since = index >= 0 && _conditions[index].Status == status ? _conditions[index].LastTransitionTime : Timestamp.ToSeconds(now);
        var condition = new V2HorizontalPodAutoscalerCondition { Type = type, Status = status, Reason = reason, Message = message, LastTransitionTime = since };
        if (index < 0)
        {
            _conditions.Add(condition);
        }
        else
        {
            _conditions[index] = condition;
        }
    }
}
