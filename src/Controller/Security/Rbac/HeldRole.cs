using k8s.Models;

namespace Orchestrator.Controller.Security.Rbac;

/// <summary>A role that somebody has.</summary>
/// <param name="Rules">What it allows.</param>
/// <param name="Reason">Which binding gives it, in words.</param>
internal sealed record HeldRole(IList<V1PolicyRule> Rules, string Reason);
