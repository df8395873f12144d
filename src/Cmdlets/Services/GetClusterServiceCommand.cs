using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets Services.</summary>
/// <example><code>Get-ClusterService | Where-Object Type -eq NodePort</code></example>
[Cmdlet(VerbsCommon.Get, "ClusterService")]
[OutputType(typeof(ClusterService))]
public sealed class GetClusterServiceCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Service")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.Service]);
    private protected override string[]? Names => Name;
}
