using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>A patch that rolls a Deployment: with -Wait for its end.</summary>
public abstract class DeploymentPatchCommand : PatchObjectCommand
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
            await RolloutWait.RunAsync(Client, target, Timeout, (text, percent) => ShowProgress(activity, text, percent), Cancellation);
            EndProgress(activity);
        }

        await base.FinishAsync(target);
    }
}
