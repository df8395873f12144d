using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets DaemonSets.</summary>
/// <example><code>Get-DaemonSet</code></example>
[Cmdlet(VerbsCommon.Get, "DaemonSet")]
[OutputType(typeof(DaemonSet))]
public sealed class GetDaemonSetCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("DaemonSet")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.DaemonSet]);
    private protected override string[]? Names => Name;
}
