using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Replaces pods: each is removed, and what owns it makes another. A pod that nothing owns would only be gone, so it is refused, unless -Force says
/// that it is to be made again from its own spec.
/// </summary>
/// <example><code>Get-Pod -Selector app=web | Restart-Pod -Wait</code></example>
[Cmdlet(VerbsLifecycle.Restart, "Pod", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Pod))]
public sealed class RestartPodCommand : ObjectActionCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? Name { get; set; }

    /// <summary>Makes a pod without an owner again, under its name, wherever there is room.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Comes back when the replacement is Ready; of several pods, one is replaced after the other.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Timeout { get; set; } = Waiter.DefaultTimeout;

    /// <summary>Writes the replacement, once it is Ready.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.Pod);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Pod;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var pod = await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation);
        var owner = PodReplacement.OwnerOf(pod);
        if (owner is null && !Force)
        {
            throw new ClusterException("NoOwner,Pod", ErrorCategory.InvalidOperation, $"{target} has no owner that would make another: it would only be gone.")
            {
                Target = target.Name,
                Advice = "-Force makes it again from its own spec.",
            };
        }

        if (!await ConfirmAsync("Restart", target.ToString(), () => DeleteAsync(target, pod, WriteMode.Rehearsal)))
        {
            return;
        }

        var activity = $"Restarting {target.Name}";
        var replacement = new PodReplacement(Client, target, Timeout, text => ShowProgress(activity, text));
        var before = owner is null ? null : await replacement.SiblingsAsync(owner, Cancellation);
        await DeleteAsync(target, pod, WriteMode.Real);
        if (owner is null)
        {
            await replacement.GoneAsync(pod, Cancellation);
            var made = await Client.CreateAsync(target.Kind, target.Namespace, PodReplacement.Anew(pod), WriteMode.Real, Cancellation);
            before = [(string?)pod["metadata"]?["uid"] ?? ""];
            owner = (string?)made["metadata"]?["uid"] ?? "";
        }

        if (Wait || PassThru)
        {
            var ready = await replacement.ReadyAsync(owner, before ?? [], Cancellation);
            EndProgress(activity);
            if (PassThru)
            {
                WriteObject(ObjectFactory.Create(target.Kind, ready, Client.Context.Name));
            }
        }
    }

    private Task<JsonObject> DeleteAsync(ObjectTarget target, JsonObject pod, WriteMode mode) => Client.DeleteAsync(
        target.Kind, target.Namespace, target.Name,
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["preconditions"] = new JsonObject { ["uid"] = (string?)pod["metadata"]?["uid"] },
        },
        mode, Cancellation);
}
