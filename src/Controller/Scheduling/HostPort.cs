namespace Orchestrator.Controller.Scheduling;

/// <summary>A port of the node that a pod takes; an empty address is all addresses.</summary>
internal readonly record struct HostPort(int Port, string Protocol, string Address)
{
    public bool Conflicts(HostPort other) =>
        Port == other.Port && Protocol == other.Protocol && (IsAny || other.IsAny || Address == other.Address);

    private bool IsAny => Address is "" or "0.0.0.0" or "::";
}
