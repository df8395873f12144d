using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes PodDisruptionBudgets; the pods they covered stay.</summary>
/// <example><code>Remove-DisruptionBudget web</code></example>
[Cmdlet(VerbsCommon.Remove, "DisruptionBudget", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(DisruptionBudget))]
public sealed class RemoveDisruptionBudgetCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("PodDisruptionBudget")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.PodDisruptionBudget);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.PodDisruptionBudget;
}
