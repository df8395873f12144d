using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a StatefulSet of pods with one container and stable names; its pods carry the label <c>app</c> with its name.</summary>
/// <example><code>New-StatefulSet db shop/db:v1 -Replicas 3 -Wait</code></example>
[Cmdlet(VerbsCommon.New, "StatefulSet", SupportsShouldProcess = true)]
[OutputType(typeof(StatefulSet))]
public sealed class NewStatefulSetCommand : NewWorkloadCommand
{
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Replicas { get; set; } = 1;

    /// <summary>The Service that names its pods; without it, its own name.</summary>
    [Parameter]
    public string? ServiceName { get; set; }

    /// <summary>All pods at once; without it, one after the other.</summary>
    [Parameter]
    public SwitchParameter Parallel { get; set; }

    private protected override ResourceKind Kind => Kinds.StatefulSet;

    private protected override JsonObject BuildBody()
    {
        var labels = Label is null ? [] : Texts(Label);
        labels["app"] = Name;
        return new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["replicas"] = Replicas,
                ["serviceName"] = ServiceName ?? Name,
                ["podManagementPolicy"] = Parallel ? "Parallel" : "OrderedReady",
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
        var item = await WorkloadWait.RunAsync(Client, target, Timeout, StatefulSetProgress.Of, text => ShowProgress(activity, text), Cancellation);
        EndProgress(activity);
        return item;
    }
}
