using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Reads what a pod's containers wrote, line by line; with -Follow, as they write it, of several pods at once.</summary>
/// <example><code>Get-Pod -Selector app=web | Get-PodLog -Follow -Since 5m</code></example>
[Cmdlet(VerbsCommon.Get, "PodLog", DefaultParameterSetName = ByName)]
[OutputType(typeof(string))]
public sealed class GetPodLogCommand : ObjectActionCommand
{
    private readonly List<(ObjectTarget Pod, string? Container)> _followed = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    /// <summary>May be left out when the pod has one container.</summary>
    [Parameter]
    [Alias("c")]
    [ContainerCompleter]
    public string? Container { get; set; }

    /// <summary>Of every container, init containers first.</summary>
    [Parameter]
    public SwitchParameter AllContainers { get; set; }

    [Parameter]
    [Alias("f")]
    public SwitchParameter Follow { get; set; }

    /// <summary>Only that many of the last lines.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Only what is younger, such as <c>5m</c>.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? Since { get; set; }

    [Parameter]
    public SwitchParameter Timestamps { get; set; }

    /// <summary>Of the container before its last restart.</summary>
    [Parameter]
    [Alias("p")]
    public SwitchParameter Previous { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Pod);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Pod;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        foreach (var container in await ContainersAsync(target))
        {
            if (Follow)
            {
                _followed.Add((target, container));
            }
            else if (AllContainers)
            {
                // One that has no log yet must not hide those of the others.
                await TryAsync(target.Name, () => ReadAsync(target, container, Cancellation));
            }
            else
            {
                await ReadAsync(target, container, Cancellation);
            }
        }
    }

    protected override Task BeginAsync() => AllContainers && Container is not null
        ? throw ClusterException.Argument("InvalidArgument", "-Container and -AllContainers exclude each other.")
        : Task.CompletedTask;

    /// <summary>All at once; when the pipeline has had enough of one, the others end with it.</summary>
    protected override async Task EndAsync()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reads = _followed.Select(one => FollowAsync(one.Pod, one.Container, enough.Token)).ToList();
        try
        {
            while (reads.Count > 0)
            {
                var first = await Task.WhenAny(reads);
                reads.Remove(first);
                await first;
            }
        }
        finally
        {
            await enough.CancelAsync();
        }
    }

    private Task<bool> FollowAsync(ObjectTarget target, string? container, CancellationToken cancellationToken) => TryAsync(target.Name, async () =>
    {
        try
        {
            await ReadAsync(target, container, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !Cancellation.IsCancellationRequested)
        {
            // Another one's reader had enough: that one tells.
        }
    });

    private async Task<IEnumerable<string?>> ContainersAsync(ObjectTarget target)
    {
        if (!AllContainers)
        {
            return [Container];
        }

        var spec = (await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation))["spec"];
        return new[] { "initContainers", "containers" }.SelectMany(field => spec?[field] as JsonArray ?? []).Select(container => (string?)container?["name"]);
    }

    private async Task ReadAsync(ObjectTarget target, string? container, CancellationToken cancellationToken)
    {
        var path = ClusterClient.Path(target.Kind, target.Namespace, target.Name, "log") + Query.Of(
            ("container", container),
            ("follow", Follow ? "true" : null),
            ("tailLines", Tail?.ToString(CultureInfo.InvariantCulture)),
            ("sinceSeconds", Since is { } since ? ((long)Math.Ceiling(since.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null),
            ("timestamps", Timestamps ? "true" : null),
            ("previous", Previous ? "true" : null));
        using var reader = new StreamReader(await Client.OpenStreamAsync(path, target.Kind, cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            WriteObject(line);
        }
    }
}
