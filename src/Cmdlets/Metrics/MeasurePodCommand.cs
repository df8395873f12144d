using System.Management.Automation;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Cmdlets;

/// <summary>Measures what pods use now: processor time and memory, of each container and in all.</summary>
/// <example><code>Get-Pod -Selector app=web | Measure-Pod | Sort-Object CpuMillicores -Descending</code></example>
[Cmdlet(VerbsDiagnostic.Measure, "Pod")]
[OutputType(typeof(PodUsage))]
public sealed class MeasurePodCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([MetricsKinds.Pod]);
    private protected override string[]? Names => Name;
}
