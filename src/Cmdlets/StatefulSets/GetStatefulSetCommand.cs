using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets StatefulSets.</summary>
/// <example><code>Get-StatefulSet</code></example>
[Cmdlet(VerbsCommon.Get, "StatefulSet")]
[OutputType(typeof(StatefulSet))]
public sealed class GetStatefulSetCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("StatefulSet")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.StatefulSet]);
    private protected override string[]? Names => Name;
}
