using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>Links that lose or delay what goes over them: slower, and nothing worse.</summary>
[Collection(HostCollection.Name)]
public sealed class HostLinkTests(HostCluster cluster) : HostTestBase(cluster)
{
    [Fact]
    public async Task LossyLink_RequestsGetThrough()
    {
        await StartWebAsync("lossy", 3);
        (await Cluster.KubectlAsync("expose deployment lossy --port=80 --target-port=8080")).Succeeded();
        var pods = await PodsAsync("lossy");
        await SeesAllAsync(pods, () => WgetAsync(pods[0], "http://lossy/cgi-bin/who"), "before");
        await Cluster.Segment.DropAsync("h2", 15);
        try
        {
            await SeesAllAsync(pods, () => WgetAsync(pods.First(pod => pod.Host == "h1"), "http://lossy/cgi-bin/who"), "over a lossy link");
        }
        finally
        {
            await Cluster.Segment.HealAsync("h2");
        }
        (await Cluster.KubectlAsync("delete svc lossy")).Succeeded();
        await RemoveAsync("lossy");
    }

    [Fact]
    public async Task SlowLink_RequestsGetThrough()
    {
        var delay = TimeSpan.FromMilliseconds(50);
        await Cluster.Segment.DelayAsync("h2", delay);
        try
        {
            Assert.InRange(await ThereAndBackAsync("h2"), 2 * delay, 20 * delay);
            Assert.InRange(await ThereAndBackAsync("h1"), TimeSpan.Zero, 2 * delay);
            await StartWebAsync("slow", 3);
            (await Cluster.KubectlAsync("expose deployment slow --port=80 --target-port=8080")).Succeeded();
            var pods = await PodsAsync("slow");
            foreach (var pod in pods)
            {
                await SeesAllAsync(pods, () => WgetAsync(pod, "http://slow/cgi-bin/who"), $"over a slow link, from {pod.Host}");
            }
            var far = pods.Single(pod => pod.Host == "h2").Name;
            Assert.Equal("here\n", (await Cluster.KubectlAsync($"exec {far} -- echo here")).Succeeded());
            Assert.Equal("True\n", (await Cluster.KubectlAsync("get node h2 -o jsonpath={.status.conditions[?(@.type=='Ready')].status}")).Succeeded());
            (await Cluster.KubectlAsync("delete svc slow")).Succeeded();
            await RemoveAsync("slow");
        }
        finally
        {
            await Cluster.Segment.UndelayAsync("h2");
        }
        Assert.InRange(await ThereAndBackAsync("h2"), TimeSpan.Zero, 2 * delay);
    }

    /// <summary>How long a host takes to refuse a connection to a port where nobody listens.</summary>
    private async Task<TimeSpan> ThereAndBackAsync(string host)
    {
        // The first may have to ask who has the address.
        await RefusedAsync(host);
        var began = TimeProvider.System.GetTimestamp();
        await RefusedAsync(host);
        return TimeProvider.System.GetElapsedTime(began);
    }

    private async Task RefusedAsync(string host)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var refused = await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Parse(Cluster.Segment.AddressOf(host)), 9, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }
}
