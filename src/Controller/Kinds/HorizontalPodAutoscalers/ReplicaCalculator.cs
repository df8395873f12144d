namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

/// <param name="Replicas">What the metric asks for.</param>
/// <param name="Value">What the metric is: percent of the requests, or an amount a pod.</param>
internal readonly record struct MetricProposal(int Replicas, double Value);

/// <summary>From what pods use to how many there should be. Pure. Source: Kubernetes documentation, "Horizontal Pod Autoscaling", algorithm details.</summary>
internal static class ReplicaCalculator
{
    /// <summary>How far the ratio of present to wanted may be from 1 with nothing done.</summary>
    public const double Tolerance = 0.1;

    /// <param name="current">Replicas now.</param>
    /// <param name="pods">Its pods, without those that are failed or on their way out.</param>
    /// <param name="target">Percent of the requests, or an amount a pod.</param>
    /// <param name="isShare">The target is a percentage.</param>
    /// <param name="up">Tolerance above 1.</param>
    /// <param name="down">Tolerance below 1.</param>
    /// <returns>Null when no pod was measured.</returns>
    public static MetricProposal? Propose(int current, IReadOnlyCollection<PodMeasure> pods, double target, bool isShare, double up = Tolerance, double down = Tolerance)
    {
        var measured = pods.Where(pod => pod.Standing == PodStanding.Measured).ToArray();
        if (measured.Length == 0)
        {
            return null;
        }
        var value = Value(measured, isShare);
        var ratio = value / target;
        var unready = ratio > 1 ? pods.Where(pod => pod.Standing == PodStanding.Unready).Select(pod => pod with { Used = 0 }) : [];
        // Who is missing is taken to be of the kind that makes the step smaller: idle on the way up, at its target or all of its request on the way down.
        var missing = pods.Where(pod => pod.Standing == PodStanding.Missing)
            .Select(pod => pod with { Used = ratio >= 1 ? 0 : isShare ? pod.Requested * Math.Max(100, target) / 100 : target });
        PodMeasure[] all = [.. measured, .. unready, .. missing];
        var corrected = Value(all, isShare) / target;
        if (IsNear(corrected, up, down) || (ratio < 1 && corrected > 1) || (ratio > 1 && corrected < 1))
        {
            return new(current, value);
        }
        var replicas = Ceiling(corrected * all.Length);
        // What goes against the direction comes of pods that were not counted.
        return new((corrected < 1 && replicas > current) || (corrected > 1 && replicas < current) ? current : replicas, value);
    }

    /// <summary>For a total that all replicas share, held against an amount for each.</summary>
    public static int ProposeShared(int current, double total, double each, double up = Tolerance, double down = Tolerance) =>
        IsNear(total / (each * current), up, down) ? current : Ceiling(total / each);

    /// <summary>For a value that is that many times what it is to be.</summary>
    /// <param name="ready">Replicas that are ready, which brought the value about.</param>
    public static int ProposeRatio(int current, int ready, double ratio, double up = Tolerance, double down = Tolerance) =>
        IsNear(ratio, up, down) ? current : Ceiling(ratio * ready);

    private static double Value(IReadOnlyCollection<PodMeasure> pods, bool isShare) =>
        isShare ? pods.Sum(pod => pod.Used) * 100 / pods.Sum(pod => pod.Requested) : pods.Average(pod => pod.Used);

    private static bool IsNear(double ratio, double up, double down) => ratio >= 1 - down - Rounding && ratio <= 1 + up + Rounding;

    private static int Ceiling(double replicas) => (int)Math.Min(int.MaxValue, Math.Ceiling(replicas - Rounding));

    /// <summary>Of sums of floating point numbers.</summary>
    private const double Rounding = 1e-9;
}
