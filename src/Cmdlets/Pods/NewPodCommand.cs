using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a pod of one container.</summary>
/// <example><code>New-Pod web shop/web:v1 -Port 8080 -Env MODE=fast, LEVEL=2 -Cpu 250m -Memory 64Mi -Label app=web -Wait</code></example>
[Cmdlet(VerbsCommon.New, "Pod", SupportsShouldProcess = true)]
[OutputType(typeof(Pod))]
public sealed class NewPodCommand : NewWorkloadCommand
{
    [Parameter]
    [ValidateSet("Always", "OnFailure", "Never")]
    public string RestartPolicy { get; set; } = "Always";

    private protected override ResourceKind Kind => Kinds.Pod;

    private protected override JsonObject BuildBody()
    {
        var spec = BuildPodSpec();
        spec["restartPolicy"] = RestartPolicy;
        return new JsonObject { ["spec"] = spec };
    }

    private protected override async Task<JsonObject> FinishAsync(ObjectTarget target, JsonObject created)
    {
        if (!Wait)
        {
            return created;
        }

        var activity = $"Starting {target.Name}";
        string Status(JsonObject? item) => item is null ? "gone" : new Pod(Kinds.Pod, item, "").Status;
        var item = await Waiter.UntilAsync(
            Client, target, Timeout,
            item => item is not null && (new Pod(Kinds.Pod, item, "") is { IsReady: true } or { Phase: "Succeeded" or "Failed" }),
            item => ShowProgress(activity, Status(item)),
            item => $"{target} is {Status(item)}",
            Cancellation);
        EndProgress(activity);
        return item ?? created;
    }
}
