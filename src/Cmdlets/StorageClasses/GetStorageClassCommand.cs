using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets StorageClasses.</summary>
/// <example><code>Get-StorageClass | Where-Object IsDefault</code></example>
[Cmdlet(VerbsCommon.Get, "StorageClass")]
[OutputType(typeof(StorageClass))]
public sealed class GetStorageClassCommand : GetObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("StorageClass")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.StorageClass]);
    private protected override string[]? Names => Name;
}
