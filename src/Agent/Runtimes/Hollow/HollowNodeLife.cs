using k8s;
using Orchestrator.Agent.Nodes;
using Orchestrator.Agent.Nodes.Eviction;

namespace Orchestrator.Agent.Runtimes.Hollow;

/// <summary>Keeps one fake node a node of the cluster, by the means of a real one: registration, address range, lease, status.</summary>
internal sealed class HollowNodeLife(IKubernetes client, HollowNode node, HeartbeatTimes times, TimeProvider time, ILogger logger)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The API has it as a node that is ready.</summary>
    public Task Ready => _ready.Task;

    /// <param name="phase">How long after the others' first its beats are: those of many nodes come evenly, not at once.</param>
    public async Task RunAsync(TimeSpan phase, CancellationToken cancellationToken)
    {
        await Task.Delay(phase, time, cancellationToken);
        using var heartbeat = new NodeHeartbeat(client, node.Identity, times, () => NodePressure.None, () => null, time, logger);
        using var membership = new NodeMembership(new NodeRegistration(client, node.Identity, time, logger), heartbeat, node.UseAddressRange);
        await membership.RegisterAsync(cancellationToken);
        var beating = heartbeat.RunAsync(() => _ready.TrySetResult(), cancellationToken);
        await membership.EstablishAsync(cancellationToken);
        if (await heartbeat.WriteStatusNowAsync(cancellationToken))
        {
            _ready.TrySetResult();
        }
        await await Task.WhenAny(beating, membership.KeepAsync(cancellationToken));
    }
}
