namespace Orchestrator.Agent.Probes;

/// <summary>Who learns what probes find. Called from any thread; takes note and returns.</summary>
internal interface IProbeObserver
{
    void Started(string containerId);

    void Ready(string containerId, bool ready);

    /// <summary>One try failed.</summary>
    void Failed(string containerId, ProbeKind kind, string output);

    /// <summary>Enough tries failed: the container has to be replaced.</summary>
    void Unhealthy(string containerId, ProbeKind kind);
}
