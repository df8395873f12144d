using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets nodes.</summary>
/// <example><code>Get-Node | Where-Object Status -ne Ready</code></example>
[Cmdlet(VerbsCommon.Get, "Node")]
[OutputType(typeof(Node))]
public sealed class GetNodeCommand : GetObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Node")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.Node]);
    private protected override string[]? Names => Name;
}
