using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets ConfigMaps.</summary>
/// <example><code>Get-ConfigMap -Selector app=web</code></example>
[Cmdlet(VerbsCommon.Get, "ConfigMap")]
[OutputType(typeof(ConfigMap))]
public sealed class GetConfigMapCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("ConfigMap")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.ConfigMap]);
    private protected override string[]? Names => Name;
}
