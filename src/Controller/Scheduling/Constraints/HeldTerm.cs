namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>What a term of placed pods does to a pod that its scope matches.</summary>
internal enum HeldEffect
{
    /// <summary>A required anti-affinity: it may not come near.</summary>
    Repels,
    /// <summary>A preferred affinity or anti-affinity, or a required affinity: it is better, or worse, near.</summary>
    Attracts,
}

/// <summary>A term that pods on the nodes carry, and that a new pod has to be held against.</summary>
/// <param name="Carriers">How many carry it, or the sum of their weights, negative for anti-affinity.</param>
internal sealed record HeldTerm(PodScope Scope, string TopologyKey, HeldEffect Effect, PodTerm Carriers, int MatchId);
