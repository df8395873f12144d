using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets a Deployment's revisions, oldest first.</summary>
/// <example><code>Get-DeploymentHistory web</code></example>
[Cmdlet(VerbsCommon.Get, "DeploymentHistory", DefaultParameterSetName = ByName)]
[OutputType(typeof(DeploymentRevision))]
public sealed class GetDeploymentHistoryCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Deployment")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Deployment);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Deployment;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var item = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var deployment = (Deployment)ObjectFactory.Create(target.Kind, item, Client.Context.Name);
        WriteObject(await DeploymentHistory.ReadAsync(Client, deployment, Cancellation), enumerateCollection: true);
    }
}
