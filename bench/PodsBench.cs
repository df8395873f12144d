using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Bench;

/// <summary>
/// From Publish-Manifest of three pods to all running (process runtime), against the time to start three such processes bare. One run of the
/// script does both; each round is a new set of pods on the same cluster.
/// </summary>
internal static class PodsBench
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? args[0] : "7";
        var script = Path.Combine(Programs.Root, "bench", "pods.ps1");
        var start = new ProcessStartInfo(Path.Combine(Programs.Root, OperatingSystem.IsWindows() ? "orch.cmd" : "orch"), [script, "-Rounds", rounds]) { RedirectStandardOutput = true };
        using var shell = Process.Start(start)!; // A new process.
        var lines = (await shell.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await shell.WaitForExitAsync();
        if (shell.ExitCode != 0)
        {
            return shell.ExitCode;
        }
        var over = lines.Where(line => line.StartsWith("over ", StringComparison.Ordinal)).Select(line => double.Parse(line[5..], CultureInfo.InvariantCulture)).Order().ToArray();
        Console.WriteLine(FormattableString.Invariant($"three pods running: median {over[over.Length / 2]:f0} ms, worst {over[^1]:f0} ms more than their processes take (allowed {Allowed.TotalMilliseconds:f0})"));
        return over[over.Length / 2] < Allowed.TotalMilliseconds ? 0 : 1;
    }
}
