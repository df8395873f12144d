using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets Jobs.</summary>
/// <example><code>Get-ClusterJob</code></example>
[Cmdlet(VerbsCommon.Get, "ClusterJob")]
[OutputType(typeof(ClusterJob))]
public sealed class GetClusterJobCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Job")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.Job]);
    private protected override string[]? Names => Name;
}
