using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes DaemonSets with all they own.</summary>
/// <example><code>Remove-DaemonSet logs -Wait</code></example>
[Cmdlet(VerbsCommon.Remove, "DaemonSet", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(DaemonSet))]
public sealed class RemoveDaemonSetCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("DaemonSet")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.DaemonSet);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.DaemonSet;
}
