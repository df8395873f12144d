using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes pods; those of a Deployment come back.</summary>
/// <example><code>Get-Pod -Selector app=web | Remove-Pod -GracePeriodSeconds 5 -Wait</code></example>
[Cmdlet(VerbsCommon.Remove, "Pod", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Pod))]
public sealed class RemovePodCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Pod);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Pod;
}
