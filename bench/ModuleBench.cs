using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Bench;

/// <summary>Import-Module in the shell, timed inside it; each round is a fresh process.</summary>
internal static class ModuleBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
        var times = new List<double>();
        var manifest = Path.Combine(Programs.Root, "Orchestrator.psd1");
        // A script file: the prompt and -Command come with the module imported already.
        var file = Path.Combine(Directory.CreateTempSubdirectory("bench-").FullName, "import.ps1");
        await File.WriteAllTextAsync(file, $"$w = [System.Diagnostics.Stopwatch]::StartNew(); Import-Module '{manifest}'; $null = Get-Command Get-Pod; $w.Elapsed.TotalMilliseconds");
        for (var round = 0; round <= rounds; round++)
        {
            var start = new ProcessStartInfo(Path.Combine(Programs.Root, OperatingSystem.IsWindows() ? "orch.cmd" : "orch"), [file]) { RedirectStandardOutput = true };
            using var shell = Process.Start(start)!; // A new process.
            var text = (await shell.StandardOutput.ReadToEndAsync()).Trim();
            await shell.WaitForExitAsync();
            // The first start fills the disk cache and doesn't count.
            if (round > 0)
            {
                times.Add(double.Parse(text, CultureInfo.InvariantCulture));
            }
        }
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true); // Made above.
        times.Sort();
        Console.WriteLine(FormattableString.Invariant($"Import-Module: median {times[times.Count / 2]:f0} ms, worst {times[^1]:f0} ms of {rounds}"));
        return times[times.Count / 2] < 300 ? 0 : 1;
    }
}
