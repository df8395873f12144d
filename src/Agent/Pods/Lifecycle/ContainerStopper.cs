using k8s.Models;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Probes;

namespace Orchestrator.Agent.Pods.Lifecycle;

/// <summary>Ends a container: preStop inside the grace period, then the runtime's own stop with what is left of it.</summary>
internal sealed class ContainerStopper(PodServices services)
{
    /// <summary>What a container gets to end in when its preStop hook has used up all the grace, as the kubelet gives it.</summary>
    private static readonly TimeSpan LeastAfterHook = TimeSpan.FromSeconds(2);

    private readonly HookRunner _hooks = new(services.Prober, services.Time);

    public async Task StopAsync(
        V1Pod pod, V1Container container, string id, string? address, DateTimeOffset deadline, bool runHook, CancellationToken cancellationToken)
    {
        // Counted in time that passes: the machine's clock may be set meanwhile.
        var (all, began) = (deadline - services.Time.GetUtcNow(), services.Time.GetTimestamp());
        var hook = runHook && Left() > TimeSpan.Zero ? container.Lifecycle?.PreStop : null;
        if (hook is not null && address is not null)
        {
            var failure = await _hooks.RunAsync(hook, new(container, id, address, services.Runtime), Left(), cancellationToken);
            if (failure is not null)
            {
                services.Events.Publish(pod, container, EventTypes.Warning, "FailedPreStopHook", $"PreStopHook failed: {failure}");
            }
        }
        var grace = Left();
        if (hook is not null && grace < LeastAfterHook)
        {
            grace = LeastAfterHook;
        }
        await services.Runtime.StopContainerAsync(id, grace > TimeSpan.Zero ? grace : TimeSpan.Zero, cancellationToken);

        TimeSpan Left() => all - services.Time.GetElapsedTime(began);
    }
}
