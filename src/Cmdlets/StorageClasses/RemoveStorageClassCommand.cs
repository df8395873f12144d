using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Removes StorageClasses; volumes that were made by them stay.</summary>
/// <example><code>Remove-StorageClass fast</code></example>
[Cmdlet(VerbsCommon.Remove, "StorageClass", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(StorageClass))]
public sealed class RemoveStorageClassCommand : RemoveObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("StorageClass")]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.StorageClass);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.StorageClass;
}
