using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Nodes;
using Orchestrator.Agent.Nodes.Eviction;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Agent.Tests.Nodes;

public sealed class NodeMembershipTests
{
    private static readonly NodeIdentity Identity = new(
        "node-1", "10.0.0.1", ["process"], new Dictionary<string, string> { ["zone"] = "a" },
        new Dictionary<string, Quantity> { ["cpu"] = Quantity.FromInt64(2) }, new V1NodeSystemInfo());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_NoSuchNode_MakesItWithItsLabels()
    {
        using var api = new FakeNodeApi();
        using var client = api.CreateClient();
        await Registration(client).RegisterAsync(Cancellation);
        Assert.Equal(("node-1", "process", "a"),
            (api.Node?.Metadata.Labels["kubernetes.io/hostname"], api.Node?.Metadata.Labels["orchestrator.dev/runtime"], api.Node?.Metadata.Labels["zone"]));
    }

    [Fact]
    public async Task Register_NodeIsThere_KeepsIt()
    {
        using var api = new FakeNodeApi();
        using var client = api.CreateClient();
        await Registration(client).RegisterAsync(Cancellation);
        await Registration(client).RegisterAsync(Cancellation);
        Assert.Equal(1, api.Registrations);
    }

    [Fact]
    public async Task WaitForAddressRange_AssignedLater_ReturnsItThen()
    {
        using var api = new FakeNodeApi { Range = null };
        using var client = api.CreateClient();
        await Registration(client).RegisterAsync(Cancellation);
        var waiting = Registration(client).WaitForAddressRangeAsync(Cancellation);
        api.AssignRange("127.64.9.0/24");
        Assert.Equal("127.64.9.0/24", await waiting);
    }

    [Fact]
    public async Task WaitForAddressRange_NodeDeleted_ReturnsNull()
    {
        using var api = new FakeNodeApi();
        using var client = api.CreateClient();
        Assert.Null(await Registration(client).WaitForAddressRangeAsync(Cancellation));
    }

    [Fact]
    public async Task Keep_NodeDeletedUnderALiveAgent_IsRegisteredAgainAndReadyWithItsNewRange()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var api = new FakeNodeApi();
        using var client = api.CreateClient();
        var times = new HeartbeatTimes(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5)) { LookEvery = TimeSpan.FromMilliseconds(20) };
        using var heartbeat = new NodeHeartbeat(client, Identity, times, () => NodePressure.None, () => null, TimeProvider.System, NullLogger.Instance);
        List<string> ranges = [];
        using var membership = new NodeMembership(Registration(client), heartbeat, ranges.Add);
        await membership.RegisterAsync(Cancellation);
        await membership.EstablishAsync(Cancellation);
        var beating = heartbeat.RunAsync(() => { }, stop.Token);
        var keeping = membership.KeepAsync(stop.Token);
        await Eventually.SeesAsync(() => api.Node, IsReady);

        api.Range = "127.64.4.0/24";
        api.DeleteNode();

        await Eventually.SeesAsync(() => api.Node, IsReady);
        Assert.Equal(["127.64.3.0/24", "127.64.4.0/24"], ranges);
        await stop.CancelAsync();
        await Task.WhenAll(beating, keeping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task Beat_CanTakePodsSinceItsStatusWasWritten_IsNotCalledReadyBeforeTheApiHasIt()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var api = new FakeNodeApi();
        using var client = api.CreateClient();
        var times = new HeartbeatTimes(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
        using var heartbeat = new NodeHeartbeat(client, Identity, times, () => NodePressure.None, () => null, TimeProvider.System, NullLogger.Instance);
        using var membership = new NodeMembership(Registration(client), heartbeat, _ => { });
        await membership.RegisterAsync(Cancellation);
        api.StatusWritten = () => heartbeat.NotReady = null;
        var first = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var beating = heartbeat.RunAsync(() => first.TrySetResult(IsReady(api.Node)), stop.Token);
        Assert.True(await first.Task.WaitAsync(Cancellation));
        await stop.CancelAsync();
        await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static NodeRegistration Registration(k8s.IKubernetes client) => new(client, Identity, TimeProvider.System, NullLogger.Instance);

    private static bool IsReady(V1Node? node) =>
        node?.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
