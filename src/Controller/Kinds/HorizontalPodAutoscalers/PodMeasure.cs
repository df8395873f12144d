namespace Orchestrator.Controller.Kinds.HorizontalPodAutoscalers;

internal enum PodStanding
{
    /// <summary>Counts as it is measured.</summary>
    Measured,
    /// <summary>Not ready yet: what it uses says nothing of what it will.</summary>
    Unready,
    /// <summary>Should count, and was not measured.</summary>
    Missing,
}

/// <summary>One pod and one resource.</summary>
/// <param name="Used">Nanocores or bytes; 0 when it was not measured.</param>
/// <param name="Requested">In the same unit.</param>
internal readonly record struct PodMeasure(PodStanding Standing, double Used, double Requested);
