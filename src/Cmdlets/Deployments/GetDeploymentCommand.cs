using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets Deployments.</summary>
/// <example><code>Get-Deployment -Selector @{ tier = 'front' }</code></example>
[Cmdlet(VerbsCommon.Get, "Deployment")]
[OutputType(typeof(Deployment))]
public sealed class GetDeploymentCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.Deployment]);
    private protected override string[]? Names => Name;
}
