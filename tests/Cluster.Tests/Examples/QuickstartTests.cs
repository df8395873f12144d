using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Orchestrator.Cluster.Tests.Examples;

/// <summary>The quickstart does all that it says, and leaves nothing behind, also when it is stopped in the middle.</summary>
public sealed partial class QuickstartTests
{
    private const int Interrupt = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly string[] Script = [Path.Combine(Checkout.Root, "examples", "quickstart.ps1")];

    [Fact]
    public async Task Quickstart_InterruptedAndThenRun_HappensWholeAndLeavesNoProcess()
    {
        await InterruptAsync("Scaling to");
        Assert.Equal("", await LeftOversAsync());
        var run = await RunAsync(null);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("All of it happened.", run.Output, StringComparison.Ordinal);
        Assert.Matches("[1-9][0-9]* requests, .* 0 failed", run.Output);
        Assert.Equal("", await LeftOversAsync());
    }

    private static async Task InterruptAsync(string at)
    {
        var (exitCode, output) = await RunAsync(at);
        Assert.True(exitCode == 130, $"exit code {exitCode}: {output}");
    }

    /// <summary>Runs it; with a text given, presses Ctrl-C when that shows.</summary>
    private static async Task<(int ExitCode, string Output)> RunAsync(string? interruptAt)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Checkout.Root, "orch"), Script)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Checkout.Root,
        })!; // A new process.
        var output = new StringBuilder();
        void Take(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
            if (interruptAt is not null && line?.Contains(interruptAt, StringComparison.Ordinal) == true)
            {
                _ = SendSignal(process.Id, Interrupt);
            }
        }
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        return (process.ExitCode, output.ToString());
    }

    /// <summary>Processes that still have the quickstart's folder in their command line.</summary>
    private static async Task<string> LeftOversAsync() =>
        (await Command.RunAsync("pgrep", ["-fa", Path.Combine(Checkout.Root, "artifacts", "quickstart")])).Output;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
