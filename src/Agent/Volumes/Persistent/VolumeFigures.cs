using System.Globalization;
using System.Text;
using Orchestrator.Model.Metrics;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>Figures of volumes as Prometheus reads them, under the kubelet's names. Pure. Source: Kubernetes Metrics Reference, and Prometheus "Exposition formats".</summary>
internal static class VolumeFigures
{
    private static readonly (string Name, string Help, Func<VolumeUsageReport, long> Value)[] s_figures =
    [
        ("kubelet_volume_stats_capacity_bytes", "Bytes that the file system of the claim's volume has.", one => one.CapacityBytes),
        ("kubelet_volume_stats_available_bytes", "Bytes of it that may still be written.", one => one.AvailableBytes),
        ("kubelet_volume_stats_used_bytes", "Bytes of it that are taken.", one => one.UsedBytes),
        ("kubelet_volume_stats_inodes", "Inodes that it has.", one => one.Inodes),
        ("kubelet_volume_stats_inodes_free", "Inodes of it that are free.", one => one.InodesFree),
        ("kubelet_volume_stats_inodes_used", "Inodes of it that are taken.", one => one.InodesUsed),
    ];

    public static string Write(IReadOnlyCollection<VolumeUsageReport> volumes)
    {
        var text = new StringBuilder();
        foreach (var (name, help, value) in volumes.Count > 0 ? s_figures : [])
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
            foreach (var volume in volumes)
            {
                // Names of claims and namespaces have nothing in them that would have to be escaped.
                text.Append(CultureInfo.InvariantCulture, $"{name}{{namespace=\"{volume.Namespace}\",persistentvolumeclaim=\"{volume.Claim}\"}} {value(volume)}\n");
            }
        }
        return text.ToString();
    }
}
