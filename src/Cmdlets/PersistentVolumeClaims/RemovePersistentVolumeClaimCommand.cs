using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes PersistentVolumeClaims. One that a pod uses waits for the pod; what becomes of the data is up to the volume's reclaim policy.</summary>
/// <example><code>Remove-PersistentVolumeClaim data-db-2 -Wait</code></example>
[Cmdlet(VerbsCommon.Remove, "PersistentVolumeClaim", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(PersistentVolumeClaim))]
public sealed class RemovePersistentVolumeClaimCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("PersistentVolumeClaim")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.PersistentVolumeClaim);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.PersistentVolumeClaim;
}
