using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes PersistentVolumes. One that a claim has waits for the claim; its data goes only where its reclaim policy is Delete.</summary>
/// <example><code>Get-PersistentVolume | Where-Object Status -eq Released | Remove-PersistentVolume</code></example>
[Cmdlet(VerbsCommon.Remove, "PersistentVolume", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(PersistentVolume))]
public sealed class RemovePersistentVolumeCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("PersistentVolume")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.PersistentVolume);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.PersistentVolume;
}
