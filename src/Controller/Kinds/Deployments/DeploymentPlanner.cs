namespace Orchestrator.Controller.Kinds.Deployments;

/// <summary>
/// The next step of a deployment: how many replicas each of its ReplicaSets should have now. Pure. Source: Kubernetes documentation,
/// "Deployments": rolling update, recreate, proportional scaling.
/// </summary>
internal static class DeploymentPlanner
{
    /// <summary>A step of a rolling update. Never lets available pods fall below replicas − maxUnavailable by its own doing, nor all pods rise above replicas + maxSurge.</summary>
    /// <param name="replicas">Desired replicas of the deployment.</param>
    /// <param name="bounds">Its bounds.</param>
    /// <param name="current">The set of the current template.</param>
    /// <param name="old">All others.</param>
    /// <returns>Desired replicas by set name; only those that change.</returns>
    public static IReadOnlyDictionary<string, int> Roll(int replicas, RollingBounds bounds, SetState current, IReadOnlyCollection<SetState> old)
    {
        var total = current.Desired + old.Sum(set => set.Desired);
        var wanted = current.Desired > replicas ? replicas
            : current.Desired + Math.Max(0, Math.Min(replicas + bounds.MaxSurge - total, replicas - current.Desired));
        if (wanted != current.Desired)
        {
            return new Dictionary<string, int> { [current.Name] = wanted };
        }
        return ScaleDown(replicas - bounds.MaxUnavailable, current, old);
    }

    /// <summary>A step of a recreation: the old go to zero, and only when none of their pods is left do the new come.</summary>
    public static IReadOnlyDictionary<string, int> Recreate(int replicas, SetState current, IReadOnlyCollection<SetState> old, bool oldPodsRemain)
    {
        var down = old.Where(set => set.Desired > 0).ToDictionary(set => set.Name, _ => 0);
        if (down.Count == 0 && !oldPodsRemain && current.Desired != replicas)
        {
            down[current.Name] = replicas;
        }
        return down;
    }

    /// <summary>The deployment's size changed (or it is paused): the change is shared among its sets by their size, nothing is rolled.</summary>
    public static IReadOnlyDictionary<string, int> Scale(int replicas, RollingBounds bounds, bool rolling, SetState? current, IReadOnlyCollection<SetState> old)
    {
        var sets = (current is null ? old : [current, .. old]).Where(set => set.Desired > 0).ToArray();
        var only = sets.Length == 1 ? sets[0] : sets.Length == 0 ? current ?? Newest(old) : null;
        if (only is not null)
        {
            return only.Desired == replicas ? new Dictionary<string, int>() : new Dictionary<string, int> { [only.Name] = replicas };
        }
        if (sets.Length == 0)
        {
            return new Dictionary<string, int>();
        }
        if (current is not null && current.Desired == replicas && current.Available == replicas)
        {
            // Saturated: what is left of the others goes.
            return old.Where(set => set.Desired > 0).ToDictionary(set => set.Name, _ => 0);
        }
        return rolling ? Share(replicas, bounds, sets) : new Dictionary<string, int>();
    }

    private static Dictionary<string, int> Share(int replicas, RollingBounds bounds, SetState[] sets)
    {
        var allowed = replicas > 0 ? replicas + bounds.MaxSurge : 0;
        var rest = allowed - sets.Sum(set => set.Desired);
        var result = new Dictionary<string, int>();
        // The largest first, and among equals the newer grows and the older shrinks.
        var ordered = sets.OrderByDescending(set => set.Desired)
            .ThenBy(set => rest > 0 ? -set.Created.Ticks : set.Created.Ticks).ThenBy(set => set.Name, StringComparer.Ordinal).ToArray();
        var added = 0;
        foreach (var set in ordered)
        {
            var former = set.MaxReplicas > 0 ? set.MaxReplicas : sets.Sum(item => item.Desired);
            var share = (int)Math.Round((double)set.Desired * allowed / former, MidpointRounding.AwayFromZero) - set.Desired;
            share = rest > 0 ? Math.Clamp(share, 0, rest - added) : Math.Clamp(share, rest - added, 0);
            result[set.Name] = set.Desired + share;
            added += share;
        }
        if (rest != added)
        {
            result[ordered[0].Name] = Math.Max(0, result[ordered[0].Name] + rest - added);
        }
        return result.Where(pair => sets.First(set => set.Name == pair.Key).Desired != pair.Value).ToDictionary();
    }

    private static Dictionary<string, int> ScaleDown(int minAvailable, SetState current, IReadOnlyCollection<SetState> old)
    {
        var result = new Dictionary<string, int>();
        var total = current.Desired + old.Sum(set => set.Desired);
        var currentUnavailable = Math.Max(0, current.Desired - current.Available);
        var most = total - minAvailable - currentUnavailable;
        if (most <= 0)
        {
            return result;
        }
        var oldest = old.Where(set => set.Desired > 0).OrderBy(set => set.Created).ThenBy(set => set.Name, StringComparer.Ordinal).ToArray();
        // Pods that serve nobody go first; they cost no availability.
        foreach (var set in oldest)
        {
            var unhealthy = Math.Min(most, Math.Max(0, set.Desired - set.Available));
            if (unhealthy > 0)
            {
                result[set.Name] = set.Desired - unhealthy;
                most -= unhealthy;
            }
        }
        // A set counts at most as many available pods as it is to have.
        var available = current.Available + oldest.Sum(set => Math.Min(set.Available, result.GetValueOrDefault(set.Name, set.Desired)));
        var spare = Math.Min(most, available - minAvailable);
        foreach (var set in oldest)
        {
            var desired = result.GetValueOrDefault(set.Name, set.Desired);
            var less = Math.Min(desired, spare);
            if (less > 0)
            {
                result[set.Name] = desired - less;
                spare -= less;
            }
        }
        return result;
    }

    private static SetState? Newest(IEnumerable<SetState> sets) => sets.MaxBy(set => set.Created);
}
