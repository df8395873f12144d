using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Gets events, the latest last; of one object when it comes down the pipeline.</summary>
/// <example><code>Get-Pod web-0 | Get-ClusterEvent</code></example>
[Cmdlet(VerbsCommon.Get, "ClusterEvent")]
[OutputType(typeof(ClusterEvent))]
public sealed class GetClusterEventCommand : NamespacedCmdlet
{
    /// <summary>What the events are about.</summary>
    [Parameter(ValueFromPipeline = true)]
    public ClusterObject? InputObject { get; set; }

    /// <summary>Name of the object that the events are about, with wildcards.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    public string? Name { get; set; }

    /// <summary>Kind of the objects that the events are about.</summary>
    [Parameter]
    [KindCompleter]
    public string? Kind { get; set; }

    [Parameter]
    [ValidateSet("Normal", "Warning")]
    public string? Type { get; set; }

    [Parameter]
    public string? Reason { get; set; }

    [Parameter]
    public string? FieldSelector { get; set; }

    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    protected override Task ProcessAsync() => TryAsync(InputObject, async () =>
    {
        var kind = Kind is null ? null : (await KindResolver.ResolveAsync(Client, Kind, Cancellation)).Kind;
        var uid = (string?)InputObject?.Tree["metadata"]?["uid"];
        var exact = Name is not null && !WildcardPattern.ContainsWildcardCharacters(Name) ? Name : null;
        var fields = new[] { ("involvedObject.uid", uid), ("involvedObject.name", exact), ("involvedObject.kind", kind), ("type", Type), ("reason", Reason) }
            .Where(pair => !string.IsNullOrEmpty(pair.Item2)).Select(pair => $"{pair.Item1}={pair.Item2}").Append(FieldSelector);
        var query = new ListQuery(FieldSelector: string.Join(',', fields.Where(field => !string.IsNullOrEmpty(field))));
        // Events of an object without a namespace are kept in "default".
        var @namespace = AllNamespaces ? null : InputObject is { Namespace: "" } ? "default" : InputObject?.Namespace ?? EffectiveNamespace;
        var pattern = Name is null || exact is not null ? null : new WildcardPattern(Name, WildcardOptions.IgnoreCase);
        var events = new List<ClusterEvent>();
        await foreach (var item in Client.ListAsync(Kinds.Event, @namespace, query, Cancellation))
        {
            var found = new ClusterEvent(Kinds.Event, item, Client.Context.Name);
            if (pattern is null || pattern.IsMatch((string?)item["involvedObject"]?["name"] ?? ""))
            {
                events.Add(found);
            }
        }

        WriteObject(events.OrderBy(found => found.LastSeen), enumerateCollection: true);
    });
}
