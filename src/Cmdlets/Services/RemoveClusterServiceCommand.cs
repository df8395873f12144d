using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes Services; the pods behind them stay.</summary>
/// <example><code>Remove-ClusterService web</code></example>
[Cmdlet(VerbsCommon.Remove, "ClusterService", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterService))]
public sealed class RemoveClusterServiceCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Service")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Service);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Service;
}
