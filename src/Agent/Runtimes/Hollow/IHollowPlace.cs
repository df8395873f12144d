namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>What a fake pod has of its node.</summary>
internal interface IHollowPlace
{
    string HostAddress { get; }

    /// <returns>Null when all are taken.</returns>
    string? TryAllocate();

    /// <summary>Marks an address that the pod had before.</summary>
    void Take(string address);

    void Return(string address);
}
