using System.Globalization;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Where a container's accounting lies, and what it says. Both versions of cgroups; a machine with both counts in the first.</summary>
/// <param name="CpuFile"><c>cpu.stat</c> (version 2) or <c>cpuacct.usage</c>.</param>
/// <param name="MemoryFolder">Holds <c>memory.current</c> (version 2) or <c>memory.usage_in_bytes</c>.</param>
internal sealed record CgroupFiles(string CpuFile, string MemoryFolder, bool IsVersion2)
{
    private const string Root = "/sys/fs/cgroup";

    /// <param name="membership"><c>/proc/PID/cgroup</c> of the container's first process, as the engine tells it.</param>
    /// <param name="containerId">
    /// Must be the end of the path: an engine in a virtual machine has pids of its own, and here they are a stranger's.
    /// </param>
    public static CgroupFiles? Find(string membership, string containerId)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in membership.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // number:controllers:path
            if (line.Split(':', 3) is [_, var controllers, var path] && IsOf(path, containerId))
            {
                foreach (var controller in controllers.Split(','))
                {
                    paths[controller] = path;
                }
            }
        }
        return paths.TryGetValue("cpuacct", out var cpu) && paths.TryGetValue("memory", out var memory)
            ? new($"{Root}/cpuacct{cpu}/cpuacct.usage", $"{Root}/memory{memory}", false)
            : paths.TryGetValue("", out var unified) ? new($"{Root}{unified}/cpu.stat", $"{Root}{unified}", true) : null;
    }

    /// <exception cref="IOException">It ended, or this place shows other cgroups than the engine's.</exception>
    public ContainerUsage Read(string containerId) => IsVersion2
        ? new(containerId,
            TimeSpan.FromMicroseconds(Field(File.ReadAllText(CpuFile), "usage_usec")),
            WorkingSet(Number($"{MemoryFolder}/memory.current"), Field(File.ReadAllText($"{MemoryFolder}/memory.stat"), "inactive_file")))
        : new(containerId,
            TimeSpan.FromTicks(Number(CpuFile) / TimeSpan.NanosecondsPerTick),
            WorkingSet(Number($"{MemoryFolder}/memory.usage_in_bytes"), Field(File.ReadAllText($"{MemoryFolder}/memory.stat"), "total_inactive_file")));

    /// <summary>Page cache that nobody has used lately is given back when memory gets short: it does not count.</summary>
    public static long WorkingSet(long used, long inactiveFile) => Math.Max(0, used - inactiveFile);

    /// <summary>A line <c>name value</c>; 0 when there is none.</summary>
    public static long Field(string text, string name) => text.Split('\n').FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal)) is { } line
        ? long.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture)
        : 0;

    private static bool IsOf(string path, string containerId) =>
        path.EndsWith($"/{containerId}", StringComparison.Ordinal) || path.EndsWith($"-{containerId}.scope", StringComparison.Ordinal);

    private static long Number(string file) => long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
}
