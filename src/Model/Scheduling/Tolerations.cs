using k8s.Models;

namespace Orchestrator.Model.Scheduling;

/// <summary>Whether a pod bears a taint. Pure. Source: Kubernetes documentation, "Taints and Tolerations".</summary>
public static class Tolerations
{
    public static bool Tolerates(IEnumerable<V1Toleration>? tolerations, V1Taint taint) =>
        tolerations?.Any(toleration => Tolerates(toleration, taint)) == true;

    /// <summary>How long a pod may stay under NoExecute taints: null for ever, zero for not at all.</summary>
    public static TimeSpan? MayStay(IList<V1Toleration>? tolerations, IEnumerable<V1Taint> taints)
    {
        TimeSpan? least = null;
        foreach (var taint in taints.Where(taint => taint.Effect == "NoExecute"))
        {
            var matching = (tolerations ?? []).Where(toleration => Tolerates(toleration, taint)).ToArray();
            if (matching.Length == 0)
            {
                return TimeSpan.Zero;
            }
            if (matching.Select(toleration => toleration.TolerationSeconds).Min() is { } seconds)
            {
                var stay = TimeSpan.FromSeconds(Math.Max(0, seconds));
                least = least is null || stay < least ? stay : least;
            }
        }
        return least;
    }

    private static bool Tolerates(V1Toleration toleration, V1Taint taint) =>
        (string.IsNullOrEmpty(toleration.Effect) || toleration.Effect == taint.Effect)
        && (string.IsNullOrEmpty(toleration.Key) || toleration.Key == taint.Key)
        && (toleration.OperatorProperty == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""));
}
