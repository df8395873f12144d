using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>What /proc tells of processes.</summary>
[SupportedOSPlatform("linux")]
internal static class ProcessTable
{
    /// <summary>
    /// Variable that every process of a container inherits, with the container's id as value: what finds processes that left
    /// their session, and what tells a container's process from a stranger that got its pid.
    /// </summary>
    public const string Marker = "ORCHESTRATOR_CONTAINER_ID";

    // Places in the stat line, counted from the state.
    private const int Flags = 6;
    private const int StartTicks = 19;
    private const int EnvironmentStart = 47;

    // After the first tries each waits about a millisecond; an exec takes well under one, unless the machine is very busy.
    private const int ExecPatience = 1000;

    private static readonly byte[] MarkerBytes = Encoding.ASCII.GetBytes($"{Marker}=");

    /// <summary>Clock ticks since boot at which this process began; null when there is none, or only its zombie.</summary>
    public static long? ReadStartTicks(int pid)
    {
        return ReadStat(pid) is { } fields && fields[0] is not ("Z" or "X") ? long.Parse(fields[StartTicks], CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The id of the container this process belongs to, or null.</summary>
    public static string? ReadContainerId(int pid) => ReadVariable(pid, MarkerBytes);

    /// <summary>A variable that a process was started with, or null.</summary>
    public static string? ReadVariable(int pid, string name) => ReadVariable(pid, Encoding.ASCII.GetBytes($"{name}="));

    private static string? ReadVariable(int pid, ReadOnlySpan<byte> prefix)
    {
        var environment = ReadEnvironment(pid);
        for (var rest = environment.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)0);
            var entry = end < 0 ? rest : rest[..end];
            if (entry.StartsWith(prefix))
            {
                return Encoding.ASCII.GetString(entry[prefix.Length..]);
            }
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        return null;
    }

    /// <summary>The environment a process was started with.</summary>
    public static Dictionary<string, string> ReadVariables(int pid)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Encoding.UTF8.GetString(ReadEnvironment(pid)).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                variables[entry[..equals]] = entry[(equals + 1)..];
            }
        }
        return variables;
    }

    /// <summary>The processes of every container, by container id: one pass over /proc.</summary>
    public static ILookup<string, int> FindContainerProcesses() =>
        ProcessIds().Select(pid => (Pid: pid, Id: ReadContainerId(pid))).Where(p => p.Id is not null).ToLookup(p => p.Id ?? "", p => p.Pid);

    public static IEnumerable<int> ProcessIds()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(folder.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                yield return pid;
            }
        }
    }

    /// <summary>
    /// What a process was started with; empty for a kernel thread, and for one that is gone or another user's. In the middle of an exec the
    /// old program's environment is gone and the new one's not in place: that moment is waited out, or a sweep would miss the process.
    /// </summary>
    private static byte[] ReadEnvironment(int pid)
    {
        var first = ReadEnvironmentNow(pid);
        if (first is not { Length: 0 })
        {
            return first ?? [];
        }
        var wait = new SpinWait();
        for (var attempt = 0; attempt < ExecPatience; attempt++)
        {
            var before = ReadEnvironmentStart(pid);
            var environment = ReadEnvironmentNow(pid);
            // Each program has its environment at a place of its own: the same place before and after is the same program.
            if (environment is not { Length: 0 } || before is null || (before > 0 && before == ReadEnvironmentStart(pid)))
            {
                return environment ?? [];
            }
            wait.SpinOnce();
        }
        return [];
    }

    /// <summary>Where a process's environment lies; 0 in the middle of an exec; null for what has none to wait for.</summary>
    private static ulong? ReadEnvironmentStart(int pid)
    {
        const uint ending = 0x4, kernelThread = 0x200000;
        return ReadStat(pid) is { } fields && fields[0] is not ("Z" or "X")
            && (uint.Parse(fields[Flags], CultureInfo.InvariantCulture) & (ending | kernelThread)) == 0
            ? ulong.Parse(fields[EnvironmentStart], CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Null where it may not be read, or there is no such process.</summary>
    private static byte[]? ReadEnvironmentNow(int pid)
    {
        try
        {
            return File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The fields of /proc/N/stat from the state on, the third; null when there is no such process.</summary>
    private static string[]? ReadStat(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The second field is the command in parentheses and may hold spaces and parentheses itself; fields count from after the last one.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
