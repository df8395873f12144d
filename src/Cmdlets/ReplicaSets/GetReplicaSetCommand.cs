using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets ReplicaSets.</summary>
/// <example><code>Get-ReplicaSet -Selector app=web</code></example>
[Cmdlet(VerbsCommon.Get, "ReplicaSet")]
[OutputType(typeof(ReplicaSet))]
public sealed class GetReplicaSetCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("ReplicaSet")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.ReplicaSet]);
    private protected override string[]? Names => Name;
}
