using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets PersistentVolumes.</summary>
/// <example><code>Get-PersistentVolume | Where-Object Status -eq Released</code></example>
[Cmdlet(VerbsCommon.Get, "PersistentVolume")]
[OutputType(typeof(PersistentVolume))]
public sealed class GetPersistentVolumeCommand : GetObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("PersistentVolume")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.PersistentVolume]);
    private protected override string[]? Names => Name;
}
