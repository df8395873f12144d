using System.Management.Automation;
using Orchestrator.Model;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Cmdlets;

/// <summary>Measures what nodes use now: processor time and memory of the whole machine.</summary>
/// <example><code>Measure-Node | Where-Object MemoryBytes -gt 6GB</code></example>
[Cmdlet(VerbsDiagnostic.Measure, "Node")]
[OutputType(typeof(NodeUsage))]
public sealed class MeasureNodeCommand : GetObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Node")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([MetricsKinds.Node]);
    private protected override string[]? Names => Name;
}
