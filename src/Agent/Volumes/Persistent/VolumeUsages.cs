using Orchestrator.Model.Metrics;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>Measures the volumes that pods of this node have from claims.</summary>
internal sealed class VolumeUsages(MountedClaims mounted)
{
    public IReadOnlyList<VolumeUsageReport> Measure() => [.. mounted.All().Where(claim => Directory.Exists(claim.Path)).DistinctBy(claim => claim.Claim).Select(Measure)];

    private static VolumeUsageReport Measure(MountedClaim claim)
    {
        var (ns, name) = claim.Claim.Split('/') is [var first, var second] ? (first, second) : ("", claim.Claim);
        var disk = FileSystemUsage.Of(claim.Path);
        // A file system of its own tells at once; of a folder on a disk that others use too, every file is looked at.
        var used = MountTable.SourceOf(claim.Path) is not null ? disk.CapacityBytes - disk.FreeBytes : DiskUsage.Of(claim.Path);
        return new(ns, name, claim.Volume, disk.CapacityBytes, disk.AvailableBytes, used, disk.Inodes, disk.InodesFree, disk.Inodes - disk.InodesFree);
    }
}
