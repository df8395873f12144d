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

    private static readonly byte[] MarkerBytes = Encoding.ASCII.GetBytes($"{Marker}=");

    /// <summary>Clock ticks since boot at which this process began; null when there is none, or only its zombie.</summary>
    public static long? ReadStartTicks(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        // The second field is the command in parentheses and may hold spaces and parentheses itself; fields count from after the last one.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    /// <summary>The id of the container this process belongs to, or null.</summary>
    public static string? ReadContainerId(int pid)
    {
        var environment = ReadEnvironment(pid);
        for (var rest = environment.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)0);
            var entry = end < 0 ? rest : rest[..end];
            if (entry.StartsWith(MarkerBytes))
            {
                return Encoding.ASCII.GetString(entry[MarkerBytes.Length..]);
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

    private static byte[] ReadEnvironment(int pid)
    {
        try
        {
            return File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
