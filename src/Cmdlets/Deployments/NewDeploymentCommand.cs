using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a Deployment of pods with one container; its pods carry the label <c>app</c> with the Deployment's name.</summary>
/// <example><code>New-Deployment web shop/web:v1 -Replicas 3 -Port 8080 -Wait</code></example>
[Cmdlet(VerbsCommon.New, "Deployment", SupportsShouldProcess = true)]
[OutputType(typeof(Deployment))]
public sealed class NewDeploymentCommand : NewWorkloadCommand
{
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Replicas { get; set; } = 1;

    private protected override ResourceKind Kind => Kinds.Deployment;

    private protected override JsonObject BuildBody()
    {
        JsonObject Labels() => new() { ["app"] = Name };
        var podLabels = Label is null ? [] : Texts(Label);
        podLabels["app"] = Name;
        return new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["replicas"] = Replicas,
                ["selector"] = new JsonObject { ["matchLabels"] = Labels() },
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = podLabels }, ["spec"] = BuildPodSpec() },
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
        var item = await RolloutWait.RunAsync(Client, target, Timeout, (text, percent) => ShowProgress(activity, text, percent), Cancellation);
        EndProgress(activity);
        return item;
    }
}
