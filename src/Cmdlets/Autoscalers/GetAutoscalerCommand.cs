using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets HorizontalPodAutoscalers.</summary>
/// <example><code>Get-Autoscaler</code></example>
[Cmdlet(VerbsCommon.Get, "Autoscaler")]
[OutputType(typeof(Autoscaler))]
public sealed class GetAutoscalerCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("HorizontalPodAutoscaler")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.HorizontalPodAutoscaler]);
    private protected override string[]? Names => Name;
}
