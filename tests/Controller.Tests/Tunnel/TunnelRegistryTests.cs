using Microsoft.Extensions.Time.Testing;
using Orchestrator.Controller.Tunnel;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Controller.Tests.Tunnel;

public sealed class TunnelRegistryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TunnelRegistry _tunnels;

    public TunnelRegistryTests() => _tunnels = new(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_OnItsWay_IsWaitedForByAllWhoAsk()
    {
        Task<NodeTunnel>[] asked = [_tunnels.GetAsync("n", Cancellation), _tunnels.GetAsync("n", Cancellation)];
        Assert.All(asked, task => Assert.False(task.IsCompleted));
        using var tunnel = new NodeTunnel(Stream.Null);
        _tunnels.Add("n", tunnel);
        Assert.All(await Task.WhenAll(asked), found => Assert.Same(tunnel, found));
        Assert.Same(tunnel, await _tunnels.GetAsync("n", Cancellation));
    }

    [Fact]
    public async Task Get_NoneComes_IsUnavailableAfterAWhile()
    {
        var asked = _tunnels.GetAsync("n", Cancellation);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(asked.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        var refusal = await Assert.ThrowsAsync<ApiException>(() => asked);
        Assert.Equal((StatusReason.ServiceUnavailable, "the agent of node \"n\" is not connected"), (refusal.Reason, refusal.Message));
    }

    [Fact]
    public void Add_Newer_ClosesTheOlder_WhoseEndTakesNothingAway()
    {
        using var older = new NodeTunnel(Stream.Null);
        using var newer = new NodeTunnel(Stream.Null);
        _tunnels.Add("n", older);
        _tunnels.Add("n", newer);
        Assert.True(older.Closed.IsCancellationRequested);
        _tunnels.Remove("n", older);
        Assert.Same(newer, _tunnels.Find("n"));
        _tunnels.Remove("n", newer);
        Assert.Null(_tunnels.Find("n"));
    }
}
