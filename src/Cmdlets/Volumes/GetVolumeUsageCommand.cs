using System.Management.Automation;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Cmdlets;

/// <summary>Measures what the volumes of claims hold now, those that pods have.</summary>
/// <example><code>Get-VolumeUsage -AllNamespaces | Where-Object UsedPercent -gt 80</code></example>
[Cmdlet(VerbsCommon.Get, "VolumeUsage")]
[OutputType(typeof(VolumeUsage))]
public sealed class GetVolumeUsageCommand : GetNamespacedObjectCommand
{
    /// <summary>Names of claims.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("PersistentVolumeClaim")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([MetricsKinds.Volume]);
    private protected override string[]? Names => Name;
}
