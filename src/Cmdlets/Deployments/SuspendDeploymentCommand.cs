using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Pauses Deployments: changes of their template roll nothing until they are resumed.</summary>
/// <example><code>Suspend-Deployment web</code></example>
[Cmdlet(VerbsLifecycle.Suspend, "Deployment", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class SuspendDeploymentCommand : PatchObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Deployment);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Deployment;
    private protected override string Action => "Pause";
    private protected override JsonObject Patch() => new() { ["spec"] = new JsonObject { ["paused"] = true } };
}
