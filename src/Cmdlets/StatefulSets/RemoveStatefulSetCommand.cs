using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes StatefulSets with all they own.</summary>
/// <example><code>Remove-StatefulSet db -Wait</code></example>
[Cmdlet(VerbsCommon.Remove, "StatefulSet", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(StatefulSet))]
public sealed class RemoveStatefulSetCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("StatefulSet")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.StatefulSet);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.StatefulSet;
}
