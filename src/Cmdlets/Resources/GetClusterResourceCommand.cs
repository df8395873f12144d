using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Gets objects of any kind that the cluster serves; <c>all</c> means the kinds of that category.</summary>
/// <example><code>Get-ClusterResource leases -Namespace kube-node-lease</code></example>
[Cmdlet(VerbsCommon.Get, "ClusterResource")]
[OutputType(typeof(ClusterObject))]
public sealed class GetClusterResourceCommand : GetNamespacedObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [KindCompleter]
    public string[] Kind { get; set; } = [];

    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameCompleter]
    public string[]? Name { get; set; }

    private protected override string[]? Names => Name;

    private protected override async Task<IReadOnlyList<ResourceKind>> KindsAsync()
    {
        var kinds = new List<ResourceKind>();
        foreach (var name in Kind.SelectMany(kind => kind.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            var category = Catalog.All.Where(kind => kind.Categories.Contains(name)).ToArray();
            await TryAsync(name, async () => kinds.AddRange(category.Length > 0 ? category : [await KindResolver.ResolveAsync(Client, name, Cancellation)]));
        }

        return kinds;
    }
}
