using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes objects of any kind.</summary>
/// <example><code>Remove-ClusterResource deployment web</code></example>
[Cmdlet(VerbsCommon.Remove, "ClusterResource", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterObject))]
public sealed class RemoveClusterResourceCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [KindCompleter]
    public string Kind { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => KindResolver.ResolveAsync(Client, Kind, Cancellation);
}
