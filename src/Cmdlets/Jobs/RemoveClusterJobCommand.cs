using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes Jobs with all they own.</summary>
/// <example><code>Remove-ClusterJob import</code></example>
[Cmdlet(VerbsCommon.Remove, "ClusterJob", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterJob))]
public sealed class RemoveClusterJobCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Job")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Job);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Job;
}
