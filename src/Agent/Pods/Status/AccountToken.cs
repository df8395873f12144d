namespace Orchestrator.Agent.Pods.Status;

/// <param name="Text">The token.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record AccountToken(string Text, DateTimeOffset Expires);
