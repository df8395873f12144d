namespace Orchestrator.Controller.Scheduling;

/// <summary>The nodes as one decision goes on: what each is worth, and why some are out. By the node's index.</summary>
internal sealed class Round
{
    public double[] Scores { get; private set; } = [];
    public int[] Reasons { get; private set; } = [];
    public int Count { get; private set; }

    public void Begin(PlacementView view)
    {
        if (Scores.Length < view.Count)
        {
            (Scores, Reasons) = (new double[view.Count * 2], new int[view.Count * 2]);
        }
        Array.Copy(view.Scores, Scores, view.Count);
        Array.Copy(view.Reasons, Reasons, view.Count);
        Count = view.Count;
    }

    public void Reject(int node, int reason) => (Scores[node], Reasons[node]) = (-1, reason);

    /// <summary>Leaves this node only.</summary>
    public void Only(int node, double score)
    {
        Array.Fill(Scores, -1, 0, Count);
        Scores[node] = score;
    }

    /// <summary>Adds a number that is good by comparison: the largest of the nodes that are left counts 100, the least 0.</summary>
    public void AddScaled(ReadOnlySpan<double> raw, double weight, bool fromZero)
    {
        var (least, most) = (double.MaxValue, double.MinValue);
        for (var node = 0; node < Count; node++)
        {
            if (Scores[node] >= 0)
            {
                (least, most) = (Math.Min(least, raw[node]), Math.Max(most, raw[node]));
            }
        }
        least = fromZero ? Math.Min(0, least) : least;
        if (most <= least)
        {
            return;
        }
        for (var node = 0; node < Count; node++)
        {
            if (Scores[node] >= 0)
            {
                Scores[node] += weight * 100 * (raw[node] - least) / (most - least);
            }
        }
    }
}
