using System.Globalization;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.Deployments;

/// <summary>maxUnavailable and maxSurge as numbers of pods.</summary>
internal readonly record struct RollingBounds(int MaxUnavailable, int MaxSurge)
{
    public static RollingBounds Of(V1Deployment deployment)
    {
        var replicas = deployment.Spec.Replicas ?? 1;
        if (deployment.Spec.Strategy?.RollingUpdate is not { } rolling)
        {
            return new(0, 0);
        }
        // A percentage of unavailable pods is rounded down and of surplus pods up: the safe side of each.
        var surge = Resolve(rolling.MaxSurge?.Value, replicas, roundUp: true);
        var unavailable = Math.Min(Resolve(rolling.MaxUnavailable?.Value, replicas, roundUp: false), replicas);
        // Percentages may both come out as zero; then nothing could ever move.
        return surge == 0 && unavailable == 0 ? new(1, 0) : new(unavailable, surge);
    }

    private static int Resolve(string? value, int replicas, bool roundUp)
    {
        if (value is null)
        {
            return 0;
        }
        if (!value.EndsWith('%'))
        {
            return int.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }
        var share = (long)int.Parse(value.AsSpan(0, value.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) * replicas;
        return (int)(roundUp ? (share + 99) / 100 : share / 100);
    }
}
