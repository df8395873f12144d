namespace Orchestrator.Agent.Probes;

/// <summary>Counts results against a probe's thresholds: what it reports changes only after enough in a row.</summary>
internal sealed class ProbeTracker(int successThreshold, int failureThreshold, bool initial)
{
    private bool _last;
    private int _run;

    public bool Passing { get; private set; } = initial;

    /// <returns>True when this result made a threshold full, the first or once more.</returns>
    public bool Add(bool success)
    {
        _run = success == _last ? _run + 1 : 1;
        _last = success;
        if (_run < (success ? successThreshold : failureThreshold))
        {
            return false;
        }
        Passing = success;
        return true;
    }
}
