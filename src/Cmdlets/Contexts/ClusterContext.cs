namespace Orchestrator.Cmdlets;

/// <summary>One context of a kubeconfig file.</summary>
public sealed record ClusterContext
{
    public required string Name { get; init; }

    /// <summary>Name of the cluster's entry in the file.</summary>
    public required string Cluster { get; init; }

    public required string Server { get; init; }
    public required string User { get; init; }

    /// <summary>Namespace of commands that name none.</summary>
    public required string Namespace { get; init; }

    /// <summary>Full path of the file; <c>kubectl --kubeconfig</c> takes it.</summary>
    public required string KubeConfig { get; init; }

    public bool IsCurrent { get; init; }

    public override string ToString() => Name;
}
