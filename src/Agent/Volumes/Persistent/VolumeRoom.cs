namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>Whether a volume is full. Pure.</summary>
internal static class VolumeRoom
{
    /// <summary>A volume with less left is full.</summary>
    private const int FullPercent = 1;
    /// <summary>One that was full has to have so much again, or the word would change with every file.</summary>
    private const int RoomPercent = 5;

    /// <returns>A reason, a colon and a sentence; null while there is room.</returns>
    public static string? Problem(FileSystemUsage usage, bool wasFull)
    {
        var percent = wasFull ? RoomPercent : FullPercent;
        return IsShort(usage.AvailableBytes, usage.CapacityBytes, percent) ? "NoSpaceLeft: the volume has no space left"
            // Some file systems have as many as they have room for, and tell of none.
            : usage.Inodes > 0 && IsShort(usage.InodesFree, usage.Inodes, percent) ? "NoInodesLeft: the volume has room for no more files" : null;
    }

    private static bool IsShort(long left, long all, int percent) => (Int128)left * 100 < (Int128)all * percent;
}
