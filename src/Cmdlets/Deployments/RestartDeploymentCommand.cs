using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Replaces all pods of Deployments, by a rolling update.</summary>
/// <example><code>Restart-Deployment web</code></example>
[Cmdlet(VerbsLifecycle.Restart, "Deployment", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class RestartDeploymentCommand : DeploymentPatchCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Deployment);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Deployment;
    private protected override string Action => "Restart";
    private protected override JsonObject Patch() => RestartPatch();
}
