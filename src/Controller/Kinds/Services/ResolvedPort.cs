namespace Orchestrator.Controller.Kinds.Services;

/// <param name="Name">The service's name of it; empty for a single port.</param>
/// <param name="Number">The port of the pod; null in hand-written slices that mean all ports.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="AppProtocol">What is spoken there, if said.</param>
internal sealed record ResolvedPort(string Name, int? Number, string Protocol, string? AppProtocol);
