using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Runtimes.Process;
using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Testing;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes.Persistent;

/// <summary>A program that was cut short leaves nothing running, not even what left its session.</summary>
public sealed class ToolProgramsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tool-programs-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly ToolPrograms _tools;

    public ToolProgramsTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the programs of this test are those of Linux");
        _tools = new(Notes, _time);
    }

    private string Notes => Path.Combine(_folder, "notes");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _tools.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Run_Cancelled_EndsAllOfIt()
    {
        using var cancelling = new CancellationTokenSource();
        var running = RunAsync(cancelling.Token);
        var processes = await ProcessesAsync();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        AssertEnded(processes);
    }

    [Fact]
    public async Task Run_LongerThanItsLimit_EndsAllOfIt()
    {
        var running = RunAsync(Cancellation);
        var processes = await ProcessesAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("Timeout", (await Assert.ThrowsAsync<VolumeProblemException>(() => running)).Reason);
        AssertEnded(processes);
    }

    [Fact]
    public async Task Dispose_EndsWhatRuns_AndNothingBeginsAnyMore()
    {
        var running = RunAsync(Cancellation);
        var processes = await ProcessesAsync();
        _tools.Dispose();
        Assert.Equal(137, (await running).ExitCode);
        AssertEnded(processes);
        var problem = await Assert.ThrowsAsync<VolumeProblemException>(() => _tools.RunAsync("sleep", ["1000"], null, TimeSpan.FromMinutes(5), Cancellation));
        Assert.Equal("Stopping", problem.Reason);
        Assert.Empty(Directory.GetFiles(Notes));
    }

    [Fact]
    public async Task EndEarlier_EndsWhatAnotherAgentLeft()
    {
        var running = RunAsync(Cancellation);
        var processes = await ProcessesAsync();
        // The next agent has the notes, and nothing else.
        using var next = new ToolPrograms(Notes, _time);
        next.EndEarlier();
        AssertEnded(processes);
        await running;
    }

    [Fact]
    public async Task Run_ThatEnded_KeepsWhatItLeftRunning()
    {
        var file = Path.Combine(_folder, "server");
        await _tools.RunAsync("sh", ["-c", $"setsid sleep 1000 <&- >&- 2>&- & echo $! > {file}"], TimeSpan.FromMinutes(1), Cancellation);
        var server = int.Parse(await File.ReadAllTextAsync(file, Cancellation), CultureInfo.InvariantCulture);
        try
        {
            using var next = new ToolPrograms(Notes, _time);
            next.EndEarlier();
            _tools.Dispose();
            Assert.True(IsRunning(server));
        }
        finally
        {
            _ = Native.Kill(server, Native.SigKill);
        }
    }

    [Fact]
    public async Task Run_OfAProgramThatIsNotThere_SaysSo_AndLeavesNoNote()
    {
        var problem = await Assert.ThrowsAsync<VolumeProblemException>(() => _tools.RunAsync(Path.Combine(_folder, "missing"), [], null, TimeSpan.FromMinutes(1), Cancellation));
        Assert.Equal("ProgramMissing", problem.Reason);
        Assert.Empty(Directory.GetFiles(Notes));
    }

    /// <summary>A program with a child, and one that is nobody's child any more.</summary>
    private Task<ToolResult> RunAsync(CancellationToken cancellationToken) => _tools.RunAsync(
        "sh", ["-c", $"setsid sh -c 'sleep 1000 & echo $! > {_folder}/left'; sleep 1000 & echo $$ $! > {_folder}/new; mv {_folder}/new {_folder}/ready; wait"], null, TimeSpan.FromMinutes(5), cancellationToken);

    private async Task<IReadOnlyList<int>> ProcessesAsync()
    {
        await Eventually.SeesAsync(() => File.Exists(Path.Combine(_folder, "ready")), ready => ready);
        return [.. new[] { "ready", "left" }.SelectMany(file => File.ReadAllText(Path.Combine(_folder, file)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
    }

    private void AssertEnded(IReadOnlyList<int> processes)
    {
        Assert.Equal(3, processes.Count);
        Assert.DoesNotContain(processes, IsRunning);
        Assert.Empty(Directory.GetFiles(Notes));
    }

    private static bool IsRunning(int pid) => OperatingSystem.IsLinux() && ProcessTable.ReadStartTicks(pid) is not null;
}
