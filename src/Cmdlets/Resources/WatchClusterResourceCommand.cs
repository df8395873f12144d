using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Writes objects of a kind and then every change of them, until Ctrl-C, a -Timeout, or a Select-Object -First that has enough.</summary>
/// <example><code>Watch-ClusterResource pods</code></example>
[Cmdlet(VerbsCommon.Watch, "ClusterResource")]
[OutputType(typeof(ClusterChange))]
public sealed class WatchClusterResourceCommand : NamespacedCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    [KindCompleter]
    public string Kind { get; set; } = "";

    [Parameter(Position = 1)]
    [SupportsWildcards]
    [NameCompleter]
    public string? Name { get; set; }

    [Parameter]
    [Alias("A")]
    public SwitchParameter AllNamespaces { get; set; }

    [Parameter]
    [Alias("l")]
    [SelectorTransformation]
    public string? Selector { get; set; }

    [Parameter]
    public string? FieldSelector { get; set; }

    /// <summary>Leaves out what exists already.</summary>
    [Parameter]
    public SwitchParameter ChangesOnly { get; set; }

    /// <summary>Ends the watch, without an error, after that long.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Timeout { get; set; }

    protected override async Task ProcessAsync()
    {
        var kind = await KindResolver.ResolveAsync(Client, Kind, Cancellation);
        var pattern = Name is null ? null : new WildcardPattern(Name, WildcardOptions.IgnoreCase);
        using var limit = new CancellationTokenSource(Timeout ?? System.Threading.Timeout.InfiniteTimeSpan, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Cancellation);
        var told = false;
        try
        {
            await foreach (var change in Client.WatchAsync(kind, AllNamespaces ? null : EffectiveNamespace, new ListQuery(Selector, FieldSelector), either.Token))
            {
                told |= change.IsSynced;
                if (change.IsSynced || (ChangesOnly && !told))
                {
                    continue;
                }

                var item = ObjectFactory.Create(kind, change.Object, Client.Context.Name);
                if (pattern is null || pattern.IsMatch(item.Name))
                {
                    WriteObject(new ClusterChange(change.Type[..1] + change.Type[1..].ToLowerInvariant(), item));
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !Cancellation.IsCancellationRequested)
        {
            WriteVerbose("The time is over.");
        }
    }
}
