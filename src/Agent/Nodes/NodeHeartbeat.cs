using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Orchestrator.Agent.Nodes.Eviction;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Agent.Nodes;

/// <summary>Tells that the node lives: its lease every few seconds, its status when it changes and every few minutes.</summary>
internal sealed class NodeHeartbeat(
    IKubernetes client, NodeIdentity identity, HeartbeatTimes times, Func<NodePressure> pressure, Func<string?> runtimeFault, TimeProvider time, ILogger logger)
    : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private IList<V1NodeCondition>? _conditions;
    private DateTimeOffset _statusAt;
    private DateTimeOffset _seenAt;
    private V1Lease? _lease;
    private bool _toldItCan;

    /// <summary>Why the node cannot take pods yet; null when it can.</summary>
    public (string Reason, string Message)? NotReady { get; set; }

    /// <summary>Why its pods may not be reached; null where they are.</summary>
    public Func<string?> NetworkProblem { get; init; } = () => null;

    /// <summary>The node's object is gone from the API. Raised at every beat until it is there again; handlers take note and return.</summary>
    public event Action? NodeMissing;

    /// <summary>What an earlier run of the agent told, so that a restart is no transition.</summary>
    public void Recall(V1Node node) => (_conditions, _statusAt) = (node.Status?.Conditions, default);

    public async Task RunAsync(Action ready, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(times.RenewEvery, time);
        do
        {
            await TryAsync("Lease", RenewLeaseAsync, cancellationToken);
            if (await WriteStatusNowAsync(cancellationToken))
            {
                ready();
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Brings a changed readiness to the API without waiting for the next beat.</summary>
    /// <returns>Whether the API has it now that the node can take pods.</returns>
    public async Task<bool> WriteStatusNowAsync(CancellationToken cancellationToken) => await TryAsync("Status", WriteStatusAsync, cancellationToken) && _toldItCan;

    public void Dispose() => _one.Dispose();

    private async Task<bool> TryAsync(string what, Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        // A call that hangs must not hold up the next beat for long.
        using var limit = new CancellationTokenSource(times.CallLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _one.WaitAsync(cancellationToken);
        try
        {
            await call(either.Token);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NodeCallFailed(logger, what, identity.Name, e.Message);
            // Who was not heard is called unknown: once we are heard again, that has to be put right at once.
            _statusAt = default;
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task RenewLeaseAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            _lease ??= await client.CoordinationV1.ReadNamespacedLeaseAsync(identity.Name, WellKnown.LeaseNamespace, cancellationToken: cancellationToken);
            _lease.Spec = Spec(now);
            _lease = await client.CoordinationV1.ReplaceNamespacedLeaseAsync(
                _lease, identity.Name, WellKnown.LeaseNamespace, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            _lease = await client.CoordinationV1.CreateNamespacedLeaseAsync(
                new() { Metadata = new() { Name = identity.Name, NamespaceProperty = WellKnown.LeaseNamespace }, Spec = Spec(now) },
                WellKnown.LeaseNamespace,
                cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
        {
            _lease = null;
            throw;
        }
    }

    private V1LeaseSpec Spec(DateTimeOffset now) => new()
    {
        HolderIdentity = identity.Name,
        LeaseDurationSeconds = (int)times.LeaseDuration.TotalSeconds,
        RenewTime = now.UtcDateTime,
    };

    private async Task WriteStatusAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cannot = NotReady;
        var notReady = cannot ?? (runtimeFault() is { } fault ? ("ContainerRuntimeNotReady", fault) : null);
        var conditions = NodeConditions.Build(new(notReady?.Reason, notReady?.Message, pressure(), now, NetworkProblem()), _conditions);
        if (!NodeConditions.Differ(_conditions, conditions) && now - _statusAt < times.StatusEvery)
        {
            _toldItCan = cannot is null;
            if (now - _seenAt >= times.LookEvery)
            {
                await OnNodeAsync(
                    async () =>
                    {
                        var node = await client.CoreV1.ReadNodeAsync(identity.Name, cancellationToken: cancellationToken);
                        if (NodeConditions.Differ(node.Status?.Conditions, conditions))
                        {
                            _statusAt = default;
                        }
                    },
                    now);
            }
            return;
        }
        var quantities = identity.Capacity.ToDictionary(pair => pair.Key, pair => new ResourceQuantity(pair.Value.ToString()));
        var status = ModelJson.ToTree(new V1NodeStatus
        {
            Capacity = quantities,
            Allocatable = quantities,
            Addresses = [new() { Type = "InternalIP", Address = identity.Address }, new() { Type = "Hostname", Address = identity.Name }],
            NodeInfo = identity.Info,
            RuntimeHandlers = [new() { Name = "" }, .. identity.Runtimes.Select(name => new V1NodeRuntimeHandler { Name = name })],
            Conditions = conditions,
        });
        var patch = new V1Patch(new JsonObject { ["status"] = status }.ToJsonString(), V1Patch.PatchType.StrategicMergePatch);
        await OnNodeAsync(() => client.CoreV1.PatchNodeStatusAsync(patch, identity.Name, cancellationToken: cancellationToken), now);
        (_conditions, _statusAt, _toldItCan) = (conditions, now, cannot is null);
    }

    private async Task OnNodeAsync(Func<Task> call, DateTimeOffset now)
    {
        try
        {
            await call();
            _seenAt = now;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            NodeMissing?.Invoke();
            throw;
        }
    }
}
