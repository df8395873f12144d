using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets namespaces.</summary>
/// <example><code>Get-Namespace</code></example>
[Cmdlet(VerbsCommon.Get, "Namespace")]
[OutputType(typeof(ClusterNamespace))]
public sealed class GetNamespaceCommand : GetObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Namespace")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.Namespace]);
    private protected override string[]? Names => Name;
}
