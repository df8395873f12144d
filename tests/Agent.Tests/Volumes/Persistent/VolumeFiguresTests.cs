using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Model.Metrics;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes.Persistent;

public sealed class VolumeFiguresTests
{
    [Fact]
    public void Write_Volumes_HasEachFigureOnceWithAllVolumes()
    {
        var lines = VolumeFigures.Write([new("shop", "data", "v", 1000, 400, 600, 70, 50, 20), new("shop", "logs", "w", 1, 2, 3, 4, 5, 6)]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6 * 4, lines.Length);
        Assert.Equal("# TYPE kubelet_volume_stats_capacity_bytes gauge", lines[1]);
        Assert.Equal("kubelet_volume_stats_capacity_bytes{namespace=\"shop\",persistentvolumeclaim=\"data\"} 1000", lines[2]);
        Assert.Contains("kubelet_volume_stats_available_bytes{namespace=\"shop\",persistentvolumeclaim=\"data\"} 400", lines);
        Assert.Contains("kubelet_volume_stats_used_bytes{namespace=\"shop\",persistentvolumeclaim=\"logs\"} 3", lines);
        Assert.Contains("kubelet_volume_stats_inodes{namespace=\"shop\",persistentvolumeclaim=\"data\"} 70", lines);
        Assert.Contains("kubelet_volume_stats_inodes_free{namespace=\"shop\",persistentvolumeclaim=\"data\"} 50", lines);
        Assert.Contains("kubelet_volume_stats_inodes_used{namespace=\"shop\",persistentvolumeclaim=\"data\"} 20", lines);
    }

    [Fact]
    public void Write_Nothing_IsEmpty() => Assert.Empty(VolumeFigures.Write([]));
}
