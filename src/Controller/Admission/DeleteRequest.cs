namespace Orchestrator.Controller.Admission;

internal enum PropagationPolicy
{
    /// <summary>The object goes now, its dependents after it.</summary>
    Background,
    /// <summary>The dependents go first.</summary>
    Foreground,
    /// <summary>The dependents stay, without this owner.</summary>
    Orphan,
}

/// <summary>What a client may say with a deletion. Source: Kubernetes API reference, DeleteOptions.</summary>
internal sealed record DeleteRequest
{
    public static DeleteRequest Default { get; } = new();

    /// <summary>Seconds; null for the object's own.</summary>
    public long? GracePeriodSeconds { get; init; }
    public PropagationPolicy Propagation { get; init; } = PropagationPolicy.Background;
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
    public bool DryRun { get; init; }
}
