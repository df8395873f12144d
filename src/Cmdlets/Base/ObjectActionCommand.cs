using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>A cmdlet that acts on objects named on the command line or coming down the pipeline.</summary>
public abstract class ObjectActionCommand : NamespacedCmdlet
{
    private protected const string ByName = "Name";
    private protected const string ByObject = "InputObject";

    /// <summary>What a Get-X wrote.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public ClusterObject? InputObject { get; set; }

    /// <summary>Names, with wildcards.</summary>
    private protected abstract string[]? Names { get; }

    /// <summary>The kind that names are of.</summary>
    private protected abstract Task<ResourceKind> KindAsync();

    /// <summary>Whether an object of that kind may come down the pipeline.</summary>
    private protected virtual bool Accepts(ResourceKind kind) => true;

    private protected abstract Task ActAsync(ObjectTarget target);

    protected override async Task ProcessAsync()
    {
        if (InputObject is { } item)
        {
            if (!Accepts(item.ResourceKind))
            {
                WriteError(Errors.Argument($"{MyInvocation.MyCommand.Name} does not take {item.Kind} objects.", "WrongKind", item));
                return;
            }

            await TryAsync(item, () => ActAsync(new ObjectTarget(item.ResourceKind, item.Namespace, item.Name)));
            return;
        }

        await TryAsync(null, async () =>
        {
            var kind = await KindAsync();
            foreach (var name in Names ?? [])
            {
                await TryAsync(name, () => NamedAsync(kind, name));
            }
        });
    }

    private async Task NamedAsync(ResourceKind kind, string name)
    {
        var @namespace = kind.Namespaced ? EffectiveNamespace : null;
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            await ActAsync(new ObjectTarget(kind, @namespace, name));
            return;
        }

        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        var found = new List<string>();
        await foreach (var item in Client.ListAsync(kind, @namespace, ListQuery.Everything, Cancellation))
        {
            if ((string?)item["metadata"]?["name"] is { } candidate && pattern.IsMatch(candidate))
            {
                found.Add(candidate);
            }
        }

        foreach (var match in found)
        {
            await TryAsync(match, () => ActAsync(new ObjectTarget(kind, @namespace, match)));
        }
    }
}
