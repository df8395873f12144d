namespace Orchestrator.Agent.Nodes;

/// <summary>This agent cannot join, and trying again would not help; the message is for the person who started it.</summary>
internal sealed class JoinException(string message, Exception? inner = null) : Exception(message, inner);
