namespace Orchestrator.Controller.Security.Tokens;

/// <param name="Token">The signed text.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record IssuedToken(string Token, DateTimeOffset Expires);
