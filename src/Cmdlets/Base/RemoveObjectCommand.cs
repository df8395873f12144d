using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>What every Remove-X has.</summary>
public abstract class RemoveObjectCommand : ObjectActionCommand
{
    private const string Activity = "Removing";

    /// <summary>Seconds that the object's containers get to end; without it, what the object says.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? GracePeriodSeconds { get; set; }

    /// <summary>At once: no grace period.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>What becomes of the objects that it owns.</summary>
    [Parameter]
    [ValidateSet("Background", "Foreground", "Orphan")]
    public string PropagationPolicy { get; set; } = "Background";

    /// <summary>Comes back when the object is gone.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    /// <summary>Writes the object as it was.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task ActAsync(ObjectTarget target)
    {
        if (!await ConfirmAsync("Remove", target.ToString(), () => DeleteAsync(target, WriteMode.Rehearsal)))
        {
            return;
        }

        var last = PassThru ? await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation) : null;
        var answer = await DeleteAsync(target, WriteMode.Real);
        if (Wait)
        {
            var uid = (string?)(answer["metadata"]?["uid"] ?? answer["details"]?["uid"]);
            await Waiter.UntilAsync(
                Client, target, Timeout,
                item => item is null || (uid is not null && (string?)item["metadata"]?["uid"] != uid),
                _ => ShowProgress(Activity, target.ToString()),
                _ => $"{target} still exists",
                Cancellation);
            EndProgress(Activity);
        }

        if (last is not null)
        {
            WriteObject(ObjectFactory.Create(target.Kind, last, Client.Context.Name));
        }
    }

    private Task<JsonObject> DeleteAsync(ObjectTarget target, WriteMode mode)
    {
        var options = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = PropagationPolicy };
        if (Force || GracePeriodSeconds is not null)
        {
            options["gracePeriodSeconds"] = Force ? 0 : GracePeriodSeconds;
        }

        // The very object that came down the pipeline, not one that has taken its name since.
        if (InputObject is { } item && (string?)item.Tree["metadata"]?["uid"] is { } uid)
        {
            options["preconditions"] = new JsonObject { ["uid"] = uid };
        }

        return Client.DeleteAsync(target.Kind, target.Namespace, target.Name, options, mode, Cancellation);
    }
}
