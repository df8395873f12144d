using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a DaemonSet: a pod with one container on every node, or on those that -NodeSelector names; its pods carry the label <c>app</c> with its name.</summary>
/// <example><code>New-DaemonSet logs shop/logs:v1 -NodeSelector @{ disk = 'ssd' } -Wait</code></example>
[Cmdlet(VerbsCommon.New, "DaemonSet", SupportsShouldProcess = true)]
[OutputType(typeof(DaemonSet))]
public sealed class NewDaemonSetCommand : NewWorkloadCommand
{
    private protected override ResourceKind Kind => Kinds.DaemonSet;

    private protected override JsonObject BuildBody()
    {
        var labels = Label is null ? [] : Texts(Label);
        labels["app"] = Name;
        return new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = Name } },
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels }, ["spec"] = BuildPodSpec() },
            },
        };
    }

    private protected override async Task<JsonObject> FinishAsync(ObjectTarget target, JsonObject created)
    {
        if (!Wait)
        {
            return created;
        }

        var activity = $"Rolling out {target.Name}";
        var item = await WorkloadWait.RunAsync(Client, target, Timeout, DaemonSetProgress.Of, text => ShowProgress(activity, text), Cancellation);
        EndProgress(activity);
        return item;
    }
}
