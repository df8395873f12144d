using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What every Get-X of a cluster-wide kind has: names (wildcards), and selectors that run on the server.</summary>
public abstract class GetObjectCommand : ClusterCmdlet
{
    /// <summary>Names, with wildcards; without them, all objects.</summary>
    private protected abstract string[]? Names { get; }

    /// <summary>Namespace to look in; null for all of them, or for a kind that has none.</summary>
    private protected virtual string? ListNamespace => null;

    [Parameter]
    [Alias("l")]
    [SelectorTransformation]
    public string? Selector { get; set; }

    /// <summary>Such as <c>spec.nodeName=node-1,status.phase!=Running</c>.</summary>
    [Parameter]
    public string? FieldSelector { get; set; }

    private protected abstract Task<IReadOnlyList<ResourceKind>> KindsAsync();

    protected override Task ProcessAsync() => TryAsync(null, async () =>
    {
        foreach (var kind in await KindsAsync())
        {
            await TryAsync(kind.Kind, () => WriteKindAsync(kind));
        }
    });

    private async Task WriteKindAsync(ResourceKind kind)
    {
        if (Names is not { Length: > 0 } names)
        {
            await WriteListAsync(kind, null);
            return;
        }

        foreach (var name in names)
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                await WriteListAsync(kind, new WildcardPattern(name, WildcardOptions.IgnoreCase));
            }
            else if (Selector is null && FieldSelector is null && (ListNamespace is not null || !kind.Namespaced))
            {
                await TryAsync(name, async () => Write(kind, await Client.GetAsync(kind, ListNamespace, name, Cancellation)));
            }
            else
            {
                await WriteExactAsync(kind, name);
            }
        }
    }

    private void Write(ResourceKind kind, System.Text.Json.Nodes.JsonObject tree) =>
        WriteObject(ObjectFactory.Create(kind, tree, Client.Context.Name));

    private async Task WriteListAsync(ResourceKind kind, WildcardPattern? pattern)
    {
        await foreach (var item in Client.ListAsync(kind, ListNamespace, new ListQuery(Selector, FieldSelector), Cancellation))
        {
            if (pattern is null || pattern.IsMatch((string?)item["metadata"]?["name"] ?? ""))
            {
                Write(kind, item);
            }
        }
    }

    /// <summary>A full name in all namespaces, or together with selectors: a list that can have one object per namespace.</summary>
    private async Task WriteExactAsync(ResourceKind kind, string name)
    {
        var found = false;
        var fields = string.IsNullOrEmpty(FieldSelector) ? $"metadata.name={name}" : $"metadata.name={name},{FieldSelector}";
        await foreach (var item in Client.ListAsync(kind, ListNamespace, new ListQuery(Selector, fields), Cancellation))
        {
            found = true;
            Write(kind, item);
        }

        if (!found)
        {
            WriteError(Errors.NotFound(kind.Kind, name, ListNamespace));
        }
    }
}
