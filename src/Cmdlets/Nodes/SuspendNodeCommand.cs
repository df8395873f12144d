using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>Lets nodes take no more pods; with -Drain, evicts those that are there, as their disruption budgets allow.</summary>
/// <example><code>Suspend-Node node-1 -Drain</code></example>
[Cmdlet(VerbsLifecycle.Suspend, "Node", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Node))]
public sealed class SuspendNodeCommand : NodeSchedulingCommand
{
    /// <summary>Evicts the node's pods, and comes back when they are gone. Pods of DaemonSets stay.</summary>
    [Parameter]
    public SwitchParameter Drain { get; set; }

    /// <summary>Evicts pods too that nothing will make anew.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Seconds that containers get to end; without it, what each pod says.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? GracePeriodSeconds { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    private protected override async Task ActAsync(ObjectTarget target)
    {
        if (!await SetAsync(target, Drain ? "Drain" : "Suspend", unschedulable: true))
        {
            return;
        }

        if (Drain)
        {
            var activity = $"Draining {target.Name}";
            var drain = new NodeDrain(Client, target.Name, GracePeriodSeconds, Force);
            await drain.RunAsync(Timeout, (text, percent) => ShowProgress(activity, text, percent), Cancellation);
            EndProgress(activity);
        }

        await WriteAsync(target);
    }
}
