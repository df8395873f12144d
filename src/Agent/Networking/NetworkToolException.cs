namespace Orchestrator.Agent.Networking;

/// <summary>The system's network could not be changed.</summary>
internal sealed class NetworkToolException(string message) : Exception(message);
