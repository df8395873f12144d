using Xunit;

namespace Orchestrator.Cmdlets.Tests.LocalClusters;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void IsAlive_OfThisProcess_True() => Assert.True(ProcessIdentity.Of(Environment.ProcessId)?.IsAlive);

    [Fact]
    public void IsAlive_SameIdOtherStart_False()
    {
        var self = ProcessIdentity.Of(Environment.ProcessId);

        Assert.NotNull(self);
        Assert.False((self.Value with { Start = self.Value.Start + 1 }).IsAlive);
    }

    [Fact]
    public async Task Terminate_ADetachedProcess_EndsIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "uses sleep(1)");
        using var folder = new TemporaryFolder();
        var process = DetachedProcess.Start("/bin/sleep", ["60"], Path.Combine(folder.Path, "sleep.log"));
        Assert.True(process.IsAlive);

        process.Terminate();

        Assert.True(await process.WaitForEndAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReadyLine_IsFoundInTheLog_AndOnlyInWhatIsNew()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "uses sh(1)");
        using var folder = new TemporaryFolder();
        var log = folder.Write("x.log", "ready at old\n");
        var ready = new ReadyLine(log, "ready at ");
        var process = DetachedProcess.Start("/bin/sh", ["-c", "echo starting; echo 'ready at new place'; sleep 60"], log);
        try
        {
            Assert.Equal("new place", await ready.WaitAsync(process, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task ReadyLine_TheProgramEnds_ItsLastWordsAreTold()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "uses sh(1)");
        using var folder = new TemporaryFolder();
        var log = Path.Combine(folder.Path, "controller.log");
        var ready = new ReadyLine(log, "ready");
        var process = DetachedProcess.Start("/bin/sh", ["-c", "sleep 0.2; echo 'port 6443 is in use' >&2; exit 1"], log);

        var error = await Assert.ThrowsAsync<ClusterException>(() => ready.WaitAsync(process, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        Assert.Contains("port 6443 is in use", error.Message, StringComparison.Ordinal);
    }
}
