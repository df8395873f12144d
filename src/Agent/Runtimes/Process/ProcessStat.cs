using System.Buffers.Text;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>The parts of <c>/proc/PID/stat</c> that tell what a process has used.</summary>
/// <param name="StartTicks">With the pid, the process for good.</param>
/// <param name="CpuTicks">Its own time and that of the children it has waited for, user and system.</param>
/// <param name="ResidentPages">0 for a zombie.</param>
internal readonly record struct ProcessStat(long StartTicks, long CpuTicks, long ResidentPages)
{
    // USER_HZ: a promise of the kernel to programs on every architecture that .NET runs on.
    private const long TicksPerSecond = 100;

    public static TimeSpan Time(long clockTicks) => TimeSpan.FromTicks(clockTicks * (TimeSpan.TicksPerSecond / TicksPerSecond));

    /// <returns>Null when it is no such file's content.</returns>
    public static ProcessStat? Parse(ReadOnlySpan<byte> stat)
    {
        // The second field is the command in parentheses and may hold spaces and parentheses itself; fields count from after the last one.
        var rest = stat[(stat.LastIndexOf((byte)')') + 1)..];
        long start = 0, cpu = 0, resident = 0;
        var field = -1;
        foreach (var range in rest.Split((byte)' '))
        {
            var text = rest[range];
            // utime, stime, cutime, cstime; starttime; rss. The range before the first space is empty.
            if (field is >= 11 and <= 14 or 19 or 21)
            {
                if (!Utf8Parser.TryParse(text, out long number, out _))
                {
                    return null;
                }
                (cpu, start, resident) = field switch
                {
                    19 => (cpu, number, resident),
                    21 => (cpu, start, number),
                    _ => (cpu + number, start, resident),
                };
            }
            field++;
        }
        return field > 21 ? new(start, cpu, resident) : null;
    }
}
