using System.Globalization;
using System.Runtime.Versioning;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// What each container's processes have used: one pass over /proc, a read a process. Whose a process is, is read from its environment once, as it
/// never changes container.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxProcessUsage
{
    private Dictionary<(int Pid, long Start), Owner> _owners = [];
    private Dictionary<string, Total> _totals = [];

    /// <param name="ContainerId">Null for a stranger.</param>
    /// <param name="Settled">False for a stranger met the first time: it may be about to become a container's shim.</param>
    private readonly record struct Owner(string? ContainerId, bool Settled);

    /// <param name="Ended">Ticks of processes that are gone and that no parent in the container has waited for.</param>
    private readonly record struct Total(long Seen, long Ended);

    public IReadOnlyList<ContainerUsage> Read()
    {
        var owners = new Dictionary<(int, long), Owner>(_owners.Count);
        var sums = new Dictionary<string, (long Ticks, long Pages)>(_totals.Count);
        Span<byte> buffer = stackalloc byte[1024];
        foreach (var pid in ProcessTable.ProcessIds())
        {
            if (ReadStat(pid, buffer) is not { } stat)
            {
                continue;
            }
            var owner = owners[(pid, stat.StartTicks)] = OwnerOf(pid, stat.StartTicks);
            if (owner.ContainerId is { } id)
            {
                var sum = sums.GetValueOrDefault(id);
                sums[id] = (sum.Ticks + stat.CpuTicks, sum.Pages + stat.ResidentPages);
            }
        }
        // A process that ends gives its time to the parent that waits for it; where that is init, it would be lost to us.
        _totals = sums.ToDictionary(sum => sum.Key, sum => _totals.GetValueOrDefault(sum.Key) is var before
            ? new Total(sum.Value.Ticks, before.Ended + Math.Max(0, before.Seen - sum.Value.Ticks))
            : default);
        _owners = owners;
        return [.. sums.Select(sum => new ContainerUsage(
            sum.Key, ProcessStat.Time(sum.Value.Ticks + _totals[sum.Key].Ended), sum.Value.Pages * Environment.SystemPageSize))];
    }

    private Owner OwnerOf(int pid, long start)
    {
        var known = _owners.TryGetValue((pid, start), out var owner);
        return known && (owner.Settled || owner.ContainerId is not null) ? owner : new(ProcessTable.ReadContainerId(pid), Settled: known);
    }

    private static ProcessStat? ReadStat(int pid, Span<byte> buffer)
    {
        try
        {
            using var file = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return ProcessStat.Parse(buffer[..RandomAccess.Read(file, buffer, 0)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return null;
        }
    }
}
