using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;
using static Orchestrator.Agent.Tests.Pods.Samples;

namespace Orchestrator.Agent.Tests.Pods;

public sealed class PodWatcherTests
{
    [Fact]
    public async Task Run_RevisionExpired_ListsAnewAndEndsWhatIsGone()
    {
        await using var node = await NodeHarness.CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ProcessHarness.Cancellation);
        var (kept, gone) = (Pod("kept", Shell("c", "exec sleep 1000")), Pod("gone", Shell("c", "exec sleep 1000")));
        var feed = new FakePodFeed { Pods = [kept, gone] };
        var watching = new PodWatcher(feed, node.Table, TimeProvider.System, NullLogger<PodWatcher>.Instance).RunAsync(stop.Token);
        await node.SeesAsync("gone", status => status.Phase == "Running");

        (feed.Pods, feed.Revision) = ([kept, Pod("new", Shell("c", "exec sleep 1000"))], "9");
        feed.Expire();

        await node.SeesAsync("new", status => status.Phase == "Running");
        await Eventually.SeesAsync(() => node.Table.Find("default", "gone"), pod => pod is null);
        Assert.NotNull(node.Table.Find("default", "kept"));
        Assert.Equal(["1", "9"], feed.WatchedFrom);
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task Run_PodAddedAndRemoved_IsStartedAndEnded()
    {
        await using var node = await NodeHarness.CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ProcessHarness.Cancellation);
        var feed = new FakePodFeed();
        var watching = new PodWatcher(feed, node.Table, TimeProvider.System, NullLogger<PodWatcher>.Instance).RunAsync(stop.Token);
        var pod = Pod("p", Shell("c", "exec sleep 1000"));
        feed.Change(PodChange.Set, pod);
        await node.SeesAsync("p", status => status.Phase == "Running");
        feed.Change(PodChange.Removed, pod);
        await Eventually.SeesAsync(() => node.Table.Count, count => count == 0);
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
