using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>What the cmdlets that change a DaemonSet have in common: -Wait for the rollout.</summary>
public abstract class DaemonSetChangeCommand : PatchObjectCommand
{
    /// <summary>Comes back when the rollout is complete.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    private protected override async Task FinishAsync(ObjectTarget target)
    {
        if (Wait)
        {
            var activity = $"Rolling out {target.Name}";
            await WorkloadWait.RunAsync(Client, target, Timeout, DaemonSetProgress.Of, text => ShowProgress(activity, text), Cancellation);
            EndProgress(activity);
        }

        await base.FinishAsync(target);
    }
}
