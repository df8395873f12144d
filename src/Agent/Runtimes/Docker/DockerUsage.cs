using Docker.DotNet;
using Docker.DotNet.Models;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>
/// What containers use: from their cgroups where the agent can read them, which costs four small files a container; from the engine otherwise
/// (Docker Desktop, an agent in a container), which costs it far more.
/// </summary>
internal sealed class DockerUsage(DockerClient client, DockerInventory inventory)
{
    /// <summary>Questions that the engine gets at once.</summary>
    private const int EngineQuestions = 8;

    public async Task<IReadOnlyList<ContainerUsage>> ReadAsync(CancellationToken cancellationToken)
    {
        List<ContainerUsage> found = [];
        List<string> left = [];
        foreach (var entry in inventory.All.Where(entry => entry.Container is { State: ContainerState.Running }))
        {
            if (TryRead(entry) is { } usage)
            {
                found.Add(usage);
            }
            else
            {
                left.Add(entry.Id);
            }
        }
        foreach (var some in left.Chunk(EngineQuestions))
        {
            found.AddRange((await Task.WhenAll(some.Select(id => AskAsync(id, cancellationToken)))).OfType<ContainerUsage>());
        }
        return found;
    }

    private static ContainerUsage? TryRead(DockerEntry entry)
    {
        if (!OperatingSystem.IsLinux() || entry.Pid <= 0)
        {
            return null;
        }
        try
        {
            return CgroupFiles.Find(File.ReadAllText($"/proc/{entry.Pid}/cgroup"), entry.Id)?.Read(entry.Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private async Task<ContainerUsage?> AskAsync(string id, CancellationToken cancellationToken)
    {
        ContainerStatsResponse? told = null;
        try
        {
            await client.Containers.GetContainerStatsAsync(
                id, new() { Stream = false, OneShot = true }, new Told(stats => told = stats), cancellationToken);
        }
        catch (DockerApiException)
        {
            // It ended meanwhile.
        }
        return told is { CPUStats.CPUUsage: { } cpu, MemoryStats: { Stats: { } memory } stats }
            ? new(id, TimeSpan.FromTicks((long)cpu.TotalUsage / TimeSpan.NanosecondsPerTick), CgroupFiles.WorkingSet((long)stats.Usage, InactiveFile(memory)))
            : null;
    }

    private static long InactiveFile(IDictionary<string, ulong> memory) =>
        memory.TryGetValue("total_inactive_file", out var first) ? (long)first : memory.TryGetValue("inactive_file", out var second) ? (long)second : 0;

    // Progress<T> tells on another thread, maybe after the call has returned.
    private sealed class Told(Action<ContainerStatsResponse> tell) : IProgress<ContainerStatsResponse>
    {
        public void Report(ContainerStatsResponse value) => tell(value);
    }
}
