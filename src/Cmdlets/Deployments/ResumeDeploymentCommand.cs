using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Lets paused Deployments roll again.</summary>
/// <example><code>Resume-Deployment web</code></example>
[Cmdlet(VerbsLifecycle.Resume, "Deployment", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class ResumeDeploymentCommand : PatchObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Deployment);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Deployment;
    private protected override string Action => "Resume";
    private protected override JsonObject Patch() => new() { ["spec"] = new JsonObject { ["paused"] = false } };
}
