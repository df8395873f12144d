using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets Secrets; their values stay hidden until asked for.</summary>
/// <example><code>(Get-ClusterSecret db).Reveal('password')</code></example>
[Cmdlet(VerbsCommon.Get, "ClusterSecret")]
[OutputType(typeof(ClusterSecret))]
public sealed class GetClusterSecretCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter("Secret")]
    public string[]? Name { get; set; }

    private protected override Task<IReadOnlyList<ResourceKind>> KindsAsync() => Task.FromResult<IReadOnlyList<ResourceKind>>([Kinds.Secret]);
    private protected override string[]? Names => Name;
}
