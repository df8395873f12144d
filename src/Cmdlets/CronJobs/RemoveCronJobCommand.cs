using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes CronJobs with all they own.</summary>
/// <example><code>Remove-CronJob nightly</code></example>
[Cmdlet(VerbsCommon.Remove, "CronJob", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(CronJob))]
public sealed class RemoveCronJobCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("CronJob")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.CronJob);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.CronJob;
}
