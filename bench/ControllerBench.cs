using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Bench;

/// <summary>Time from start to ready on an empty database, then memory and CPU of the idle process.</summary>
internal static class ControllerBench
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
        var times = new List<double>();
        for (var round = 1; round <= rounds; round++)
        {
            var folder = Directory.CreateTempSubdirectory("bench-").FullName;
            var watch = Stopwatch.StartNew();
            using var controller = Programs.Start("controller", "orchestrator-controller", "--data", folder, "--listen", "127.0.0.1:0");
            var line = await controller.StandardOutput.ReadLineAsync();
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (line?.StartsWith("Controller ready", StringComparison.Ordinal) != true)
            {
                throw new InvalidOperationException($"the controller did not start: {line}");
            }
            if (round == rounds)
            {
                await Task.Delay(Settle, TimeProvider.System);
                controller.Refresh();
                var before = controller.TotalProcessorTime;
                await Task.Delay(Measured, TimeProvider.System);
                controller.Refresh();
                Console.WriteLine(FormattableString.Invariant(
                    $"idle: {controller.WorkingSet64 / 1e6:f0} MB resident, {(controller.TotalProcessorTime - before) / Measured:p2} of a core"));
            }
            Programs.Stop(controller);
            Directory.Delete(folder, recursive: true);
        }
        times.Sort();
        Console.WriteLine(FormattableString.Invariant($"ready after: median {times[times.Count / 2]:f0} ms, worst {times[^1]:f0} ms of {rounds}"));
        return times[^1] < 1000 ? 0 : 1;
    }
}
