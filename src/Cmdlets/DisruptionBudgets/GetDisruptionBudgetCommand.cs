using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets PodDisruptionBudgets.</summary>
/// <example><code>Get-DisruptionBudget</code></example>
[Cmdlet(VerbsCommon.Get, "DisruptionBudget")]
[OutputType(typeof(DisruptionBudget))]
public sealed class GetDisruptionBudgetCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("PodDisruptionBudget")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.PodDisruptionBudget]);
    private protected override string[]? Names => Name;
}
