using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Scales Deployments.</summary>
/// <example><code>Get-Deployment -Selector tier=front | Set-DeploymentReplicas 5</code></example>
[Cmdlet(VerbsCommon.Set, "DeploymentReplicas", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class SetDeploymentReplicasCommand : DeploymentChangeCommand
{
    [Parameter(Position = 1, Mandatory = true)]
    [ValidateRange(0, int.MaxValue)]
    public int Replicas { get; set; }

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = Replicas } };
        Task<JsonObject> ScaleAsync(WriteMode mode) =>
            Client.PatchAsync(target.Kind, target.Namespace, target.Name, patch, PatchType.Merge, mode, Cancellation, "scale");

        if (await ConfirmAsync($"Scale to {Replicas}", target.ToString(), () => ScaleAsync(WriteMode.Rehearsal)))
        {
            await ScaleAsync(WriteMode.Real);
            await FinishAsync(target);
        }
    }
}
