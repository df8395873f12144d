using System.Management.Automation;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Waits until objects are as -For says: <c>condition=Ready</c>, <c>create</c>, <c>delete</c>, <c>jsonpath={.status.phase}=Running</c>.</summary>
/// <example><code>Wait-ClusterResource pod web-0 -For condition=Ready -Timeout 30</code></example>
[Cmdlet(VerbsLifecycle.Wait, "ClusterResource", DefaultParameterSetName = ByName)]
[OutputType(typeof(ClusterObject))]
public sealed class WaitClusterResourceCommand : ObjectActionCommand
{
    private WaitCondition? _condition;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [KindCompleter]
    public string Kind { get; set; } = "";

    [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter]
    public string[]? Name { get; set; }

    [Parameter(Mandatory = true)]
    public string For { get; set; } = "";

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    /// <summary>Writes the object once it is as it should be.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => KindResolver.ResolveAsync(Client, Kind, Cancellation);

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var condition = _condition ??= WaitCondition.Parse(For);
        if (!condition.MayBeAbsent && await Client.FindAsync(target.Kind, target.Namespace, target.Name, Cancellation) is null)
        {
            WriteError(Errors.NotFound(target.Kind.Kind, target.Name, target.Namespace));
            return;
        }

        var activity = $"Waiting for {For}";
        var item = await Waiter.UntilAsync(
            Client, target, Timeout, condition.Holds, _ => ShowProgress(activity, target.ToString()), _ => $"{target} is not yet {For}", Cancellation);
        EndProgress(activity);
        if (PassThru && item is not null)
        {
            WriteObject(ObjectFactory.Create(target.Kind, item, Client.Context.Name));
        }
    }
}
