using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Reads what a pod's containers wrote, line by line; with -Follow, as they write it, of several pods at once.</summary>
[Cmdlet(VerbsCommon.Get, "PodLog", DefaultParameterSetName = ByName)]
[OutputType(typeof(string))]
public sealed class GetPodLogCommand : ObjectActionCommand
{
    private readonly List<ObjectTarget> _followed = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    /// <summary>May be left out when the pod has one container.</summary>
    [Parameter]
    [Alias("c")]
    public string? Container { get; set; }

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
        if (Follow)
        {
            _followed.Add(target);
            return;
        }

        await ReadAsync(target);
    }

    protected override Task EndAsync() => Task.WhenAll(_followed.Select(target => TryAsync(target.Name, () => ReadAsync(target))));

    private async Task ReadAsync(ObjectTarget target)
    {
        var path = ClusterClient.Path(target.Kind, target.Namespace, target.Name, "log") + Query.Of(
            ("container", Container),
            ("follow", Follow ? "true" : null),
            ("tailLines", Tail?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("sinceSeconds", Since is { } since ? ((long)Math.Ceiling(since.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture) : null),
            ("timestamps", Timestamps ? "true" : null),
            ("previous", Previous ? "true" : null));
        using var reader = new StreamReader(await Client.OpenStreamAsync(path, target.Kind, Cancellation));
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            WriteObject(line);
        }
    }
}
