using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Lets CronJobs start nothing until they are resumed; what runs goes on.</summary>
/// <example><code>Suspend-CronJob nightly</code></example>
[Cmdlet(VerbsLifecycle.Suspend, "CronJob", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(CronJob))]
public sealed class SuspendCronJobCommand : PatchObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("CronJob")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.CronJob);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.CronJob;
    private protected override string Action => "Suspend";
    private protected override JsonObject Patch() => new() { ["spec"] = new JsonObject { ["suspend"] = true } };
}
