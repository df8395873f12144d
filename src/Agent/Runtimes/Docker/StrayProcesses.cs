using System.Globalization;
using System.Runtime.Versioning;
using Orchestrator.Agent.Runtimes.Process;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>
/// What still runs of containers that the engine takes for ended. An engine that is killed while it starts a container may come back without
/// knowing that the start went through; its own removal then leaves the processes.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class StrayProcesses
{
    /// <summary>The processes in these containers' cgroups; none where the engine's machine is not this one.</summary>
    public static IReadOnlyList<int> Find(IReadOnlySet<string> containerIds) =>
        containerIds.Count == 0 ? [] : [.. ProcessTable.ProcessIds().Where(pid => IsIn(pid, containerIds))];

    public static void Kill(IReadOnlyList<int> processes, IReadOnlySet<string> containerIds)
    {
        foreach (var pid in processes)
        {
            ProcessEnd.KillAndWait(pid, () => IsIn(pid, containerIds));
        }
    }

    /// <param name="membership">As <c>/proc/PID/cgroup</c> tells it: <c>number:controllers:path</c>.</param>
    public static bool IsIn(string membership, IReadOnlySet<string> containerIds) =>
        membership.Split('\n').Select(line => line.Split(':', 3)).Any(parts => parts is [_, _, var path]
            && path.Split('/').Any(name => containerIds.Contains(name)
                || (name.EndsWith(".scope", StringComparison.Ordinal) && containerIds.Contains(name[(name.LastIndexOf('-') + 1)..^".scope".Length]))));

    private static bool IsIn(int pid, IReadOnlySet<string> containerIds)
    {
        try
        {
            return IsIn(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cgroup")), containerIds);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
