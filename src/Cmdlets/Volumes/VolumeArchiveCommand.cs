using System.Management.Automation;
using System.Text;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>What Export-Volume and Import-Volume share.</summary>
public abstract class VolumeArchiveCommand : NamespacedCmdlet
{
    private readonly StringBuilder _said = new();

    /// <summary>The PersistentVolumeClaim.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [NameCompleter("PersistentVolumeClaim")]
    public string Name { get; set; } = "";

    /// <summary>The archive: a tar file, compressed when its name ends in <c>.gz</c> or <c>.tgz</c>.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    public string Path { get; set; } = "";

    /// <summary>How long to wait for the volume.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    private protected string Archive => SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
    private protected bool IsCompressed => Archive.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || Archive.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);
    private protected string Activity => $"{MyInvocation.MyCommand.Name} {Name}";

    private protected abstract string Action { get; }

    private protected abstract Task CopyAsync(ObjectTarget pod);

    protected override Task ProcessAsync() => TryAsync(Name, async () =>
    {
        var claim = new ObjectTarget(Kinds.PersistentVolumeClaim, EffectiveNamespace, Name);
        if (!await ConfirmAsync(Action, claim.ToString(), () => Client.GetAsync(claim.Kind, claim.Namespace, claim.Name, Cancellation)))
        {
            return;
        }

        var pod = await VolumePod.StartAsync(Client, EffectiveNamespace, Name, Timeout, status => ShowProgress(Activity, status), Cancellation);
        try
        {
            _said.Clear();
            await CopyAsync(pod);
        }
        finally
        {
            await VolumePod.EndAsync(Client, pod);
            EndProgress(Activity);
        }
    });

    private protected async Task FinishAsync(ObjectTarget pod, RunningCommand run)
    {
        var end = await run.FinishAsync(Note, Cancellation);
        if (!end.Succeeded)
        {
            throw ClusterException.Command(pod, end, _said.ToString().Trim());
        }
    }

    // Enough of what tar complains about.
    private protected void Note(StreamChannel channel, byte[] data)
    {
        if (channel == StreamChannel.ErrorOutput && _said.Length < 4096)
        {
            _said.Append(Encoding.UTF8.GetString(data));
        }
    }
}
