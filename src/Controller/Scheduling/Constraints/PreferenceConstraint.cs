namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>Preferred node affinity, and taints that are better avoided.</summary>
internal sealed class PreferenceConstraint(double affinityWeight, double taintWeight) : IConstraint
{
    private double[] _raw = [];

    public bool Concerns(ClusterState state, PodClass pod, PlacementView view) => view.HasPreferences;

    public void Apply(ClusterState state, PodClass pod, PlacementView view, Round round)
    {
        if (_raw.Length < round.Count)
        {
            _raw = new double[round.Count * 2];
        }
        for (var node = 0; node < round.Count; node++)
        {
            _raw[node] = view.Preferences[node];
        }
        round.AddScaled(_raw, affinityWeight, fromZero: true);
        for (var node = 0; node < round.Count; node++)
        {
            _raw[node] = -view.Avoidances[node];
        }
        round.AddScaled(_raw, taintWeight, fromZero: false);
    }
}
