using System.Globalization;
using Orchestrator.Agent.Runtimes.Process;

namespace Orchestrator.Agent.Metrics;

/// <summary>What Linux tells of the whole machine.</summary>
internal static class ProcMachine
{
    /// <summary>Time that processors were busy: <c>user nice system idle iowait irq softirq steal</c> of the first line, without the two idle ones.</summary>
    /// <param name="stat"><c>/proc/stat</c></param>
    public static TimeSpan? CpuTime(string stat)
    {
        var fields = stat.Split('\n', 2)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields is not ["cpu", _, _, _, _, ..])
        {
            return null;
        }
        // Guest time, from the ninth on, is in user and nice already.
        var ticks = fields.Skip(1).Take(8).Select((text, index) => index is 3 or 4 ? 0 : long.Parse(text, CultureInfo.InvariantCulture)).Sum();
        return ProcessStat.Time(ticks);
    }

    /// <param name="meminfo"><c>/proc/meminfo</c></param>
    public static long? WorkingSetBytes(string meminfo) =>
        Kibibytes(meminfo, "MemTotal:") is { } total && Kibibytes(meminfo, "MemAvailable:") is { } available ? (total - available) * 1024 : null;

    private static long? Kibibytes(string meminfo, string name) =>
        meminfo.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var text, ..]
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
