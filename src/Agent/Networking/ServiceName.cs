namespace Orchestrator.Agent.Networking;

/// <summary>A service by namespace and name.</summary>
internal readonly record struct ServiceName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
