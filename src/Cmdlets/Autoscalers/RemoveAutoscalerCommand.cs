using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes HorizontalPodAutoscalers; what they scaled stays as it is.</summary>
/// <example><code>Remove-Autoscaler web</code></example>
[Cmdlet(VerbsCommon.Remove, "Autoscaler", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Autoscaler))]
public sealed class RemoveAutoscalerCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("HorizontalPodAutoscaler")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.HorizontalPodAutoscaler);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.HorizontalPodAutoscaler;
}
