using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>What every Wait-X of a workload has.</summary>
public abstract class WaitWorkloadCommand : ObjectActionCommand
{
    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    /// <summary>Writes the object as it then is.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is waited for, as the progress bar's heading: <c>Rolling out</c>.</summary>
    private protected abstract string Activity { get; }

    /// <exception cref="ClusterException">It failed, it is gone, or the time is over.</exception>
    private protected abstract Task<JsonObject> WaitAsync(ObjectTarget target, Action<string, int> progress);

    private protected override async Task ActAsync(ObjectTarget target)
    {
        await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var activity = $"{Activity} {target.Name}";
        var item = await WaitAsync(target, (text, percent) => ShowProgress(activity, text, percent));
        EndProgress(activity);
        if (PassThru)
        {
            WriteObject(ObjectFactory.Create(target.Kind, item, Client.Context.Name));
        }
    }
}
