using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes Deployments with all they own.</summary>
/// <example><code>Remove-Deployment web -Wait</code></example>
[Cmdlet(VerbsCommon.Remove, "Deployment", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class RemoveDeploymentCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Deployment);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Deployment;
}
