using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Gives Deployments another image, which rolls them.</summary>
/// <example><code>Set-DeploymentImage web shop/web:v2 -Wait -Timeout 2m</code></example>
[Cmdlet(VerbsCommon.Set, "DeploymentImage", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Deployment))]
public sealed class SetDeploymentImageCommand : DeploymentChangeCommand
{
    [Parameter(Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Image { get; set; } = "";

    /// <summary>The container that gets it; may be left out when there is one.</summary>
    [Parameter]
    public string? Container { get; set; }

    /// <summary>Why, for Get-DeploymentHistory.</summary>
    [Parameter]
    public string? ChangeCause { get; set; }

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var current = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var container = ContainerOf(current, target);
        var patch = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = container, ["image"] = Image }) },
                },
            },
        };
        if (ChangeCause is not null)
        {
            patch["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Model.WellKnown.ChangeCause] = ChangeCause } };
        }

        Task<JsonObject> SetAsync(WriteMode mode) =>
            Client.PatchAsync(target.Kind, target.Namespace, target.Name, patch, PatchType.Strategic, mode, Cancellation);

        if (await ConfirmAsync($"Set image {Image}", $"{target}, container {container}", () => SetAsync(WriteMode.Rehearsal)))
        {
            await SetAsync(WriteMode.Real);
            await FinishAsync(target);
        }
    }

    private string ContainerOf(JsonObject deployment, ObjectTarget target)
    {
        var names = (deployment["spec"]?["template"]?["spec"]?["containers"] as JsonArray ?? []).Select(container => (string?)container?["name"] ?? "").ToArray();
        return Container is null && names is [var only] ? only
            : Container is not null && names.Contains(Container) ? Container
            : throw ClusterException.Argument("UnknownContainer", $"{target} has the containers {string.Join(", ", names)}: name one with -Container.");
    }
}
