using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets pods.</summary>
/// <example><code>Get-Pod -AllNamespaces -FieldSelector status.phase!=Running</code></example>
[Cmdlet(VerbsCommon.Get, "Pod")]
[OutputType(typeof(Pod))]
public sealed class GetPodCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.Pod]);
    private protected override string[]? Names => Name;
}
