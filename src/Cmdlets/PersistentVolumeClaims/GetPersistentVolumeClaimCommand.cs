using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets PersistentVolumeClaims.</summary>
/// <example><code>Get-PersistentVolumeClaim -Selector app=db</code></example>
[Cmdlet(VerbsCommon.Get, "PersistentVolumeClaim")]
[OutputType(typeof(PersistentVolumeClaim))]
public sealed class GetPersistentVolumeClaimCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("PersistentVolumeClaim")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.PersistentVolumeClaim]);
    private protected override string[]? Names => Name;
}
