namespace Orchestrator.Controller.Scheduling;

/// <summary>What each node is to one class of pods, by the node alone. Of the next pod of the class, only nodes that changed are looked at again.</summary>
internal sealed class PlacementView
{
    private long _revision = -1;
    private long _claimRevision;

    /// <summary>By the node's index; negative: it can't take the pod.</summary>
    public double[] Scores { get; private set; } = [];

    /// <summary>Why it can't; 0 where it can, or is none.</summary>
    public int[] Reasons { get; private set; } = [];

    /// <summary>Sum of the weights of preferred node affinities that the node matches.</summary>
    public int[] Preferences { get; private set; } = [];

    /// <summary>Taints of the node that are better avoided and that the pod does not tolerate.</summary>
    public int[] Avoidances { get; private set; } = [];

    /// <summary>Whether nodeSelector and node affinity allow the node.</summary>
    public bool[] Allowed { get; private set; } = [];

    /// <summary>Whether the node's taints are tolerated.</summary>
    public bool[] Tolerated { get; private set; } = [];

    public int Count { get; private set; }

    /// <summary>Nodes of which the class has a preference, or which are better avoided: none in most clusters.</summary>
    public bool HasPreferences { get; private set; }

    public void Refresh(ClusterState state, PodClass pod, NodeJudge judge)
    {
        var changes = state.ChangesSince(_revision, out var complete);
        var count = state.Slots.Count;
        if (Scores.Length < count)
        {
            Grow(count * 2);
        }
        if (!complete || _revision < 0 || (pod.Claims.Length > 0 && _claimRevision != state.ClaimRevision))
        {
            for (var index = 0; index < count; index++)
            {
                Judge(state, pod, judge, index);
            }
        }
        else
        {
            foreach (var index in changes)
            {
                Judge(state, pod, judge, index);
            }
        }
        (Count, _revision, _claimRevision) = (count, state.Revision, state.ClaimRevision);
    }

    private void Judge(ClusterState state, PodClass pod, NodeJudge judge, int index)
    {
        if (state.Slots[index] is not { Node: not null } node)
        {
            (Scores[index], Reasons[index]) = (-1, 0);
            (Allowed[index], Tolerated[index]) = (false, false);
            return;
        }
        var verdict = judge.Judge(pod, node);
        (Scores[index], Reasons[index]) = (verdict.Score, verdict.Reason);
        (Preferences[index], Avoidances[index]) = (verdict.Preference, verdict.Avoidance);
        (Allowed[index], Tolerated[index]) = (verdict.Allowed, verdict.Tolerated);
        HasPreferences |= verdict.Preference != 0 || verdict.Avoidance != 0;
    }

    private void Grow(int size)
    {
        size = Math.Max(64, size);
        (Scores, Reasons, Preferences, Avoidances) = (Grown(Scores, size), Grown(Reasons, size), Grown(Preferences, size), Grown(Avoidances, size));
        (Allowed, Tolerated) = (Grown(Allowed, size), Grown(Tolerated, size));
    }

    private static T[] Grown<T>(T[] array, int size)
    {
        Array.Resize(ref array, size);
        return array;
    }
}
