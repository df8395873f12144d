using System.Globalization;

namespace Orchestrator.Agent.Nodes.Eviction;

/// <summary>What this machine has left.</summary>
/// <param name="dataFolder">On the disk that <c>nodefs</c> is.</param>
/// <param name="imageFolder">On the disk that <c>imagefs</c> is; null, or not of this machine: there is none beside nodefs.</param>
internal sealed class NodeSignals(string dataFolder, Func<string?> imageFolder)
{
    public IReadOnlyList<SignalReading> Read()
    {
        List<SignalReading> readings = [];
        if (Machine.AvailableMemoryBytes() is { } memory)
        {
            readings.Add(new(EvictionSignals.Memory, memory, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));
        }
        AddDisk(readings, EvictionSignals.NodeDisk, dataFolder);
        if (imageFolder() is { } folder && Directory.Exists(folder))
        {
            AddDisk(readings, EvictionSignals.ImageDisk, folder);
        }
        if (OperatingSystem.IsLinux() && ReadPids() is { } pids)
        {
            readings.Add(pids);
        }
        return readings;
    }

    private static void AddDisk(List<SignalReading> readings, string signal, string folder)
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(folder));
            readings.Add(new(signal, drive.AvailableFreeSpace, drive.TotalSize));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that does not answer says nothing about its room.
        }
    }

    // The kernel counts threads, and so does its limit: "0.1 0.2 0.3 running/all last".
    private static SignalReading? ReadPids()
    {
        try
        {
            var used = Number(File.ReadAllText("/proc/loadavg").Split(' ')[3].Split('/')[1]);
            var limit = Math.Min(Number(File.ReadAllText("/proc/sys/kernel/pid_max")), Number(File.ReadAllText("/proc/sys/kernel/threads-max")));
            return new(EvictionSignals.Pids, Math.Max(0, limit - used), limit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }

        static long Number(string text) => long.Parse(text.Trim(), CultureInfo.InvariantCulture);
    }
}
