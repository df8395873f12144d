using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets CronJobs.</summary>
/// <example><code>Get-CronJob -AllNamespaces</code></example>
[Cmdlet(VerbsCommon.Get, "CronJob")]
[OutputType(typeof(CronJob))]
public sealed class GetCronJobCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("CronJob")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.CronJob]);
    private protected override string[]? Names => Name;
}
