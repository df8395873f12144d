namespace Orchestrator.Controller.Scheduling;

/// <summary>What of nodes that can all take a pod makes the difference.</summary>
internal sealed class SchedulerOptions
{
    /// <summary>Fill nodes up before others are begun, where by default pods go to the emptiest.</summary>
    public bool PacksNodes { get; init; }

    /// <summary>By the name of what is weighed; 0 leaves it out. Defaults are those of Kubernetes' scheduler.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = Defaults;

    public static IReadOnlyDictionary<string, double> Defaults { get; } = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase)
    {
        ["NodeResourcesFit"] = 1,
        ["NodeResourcesBalancedAllocation"] = 1,
        ["ImageLocality"] = 1,
        ["DefaultSpread"] = 2,
        ["NodeAffinity"] = 2,
        ["TaintToleration"] = 3,
        ["PodTopologySpread"] = 2,
        ["InterPodAffinity"] = 2,
    };

    public SchedulerOptions With(string name, double weight) => new()
    {
        PacksNodes = PacksNodes,
        Weights = new Dictionary<string, double>(Weights, StringComparer.OrdinalIgnoreCase) { [name] = weight },
    };

    public double Weight(string name) => Weights.TryGetValue(name, out var weight) ? weight : Defaults[name];
}
