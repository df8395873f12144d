using System.Diagnostics;
using k8s.Models;
using Orchestrator.Agent.Volumes;
using Xunit;

namespace Orchestrator.Agent.Tests.Volumes;

/// <summary>Folders whose paths are longer than the system takes, as a container can make them.</summary>
public sealed class DeepFolderTests
{
    [Fact]
    public async Task DeepFolder_IsMeasuredToItsBottomAndRemoved()
    {
        var (root, outside) = (Directory.CreateTempSubdirectory("deep-").FullName, Directory.CreateTempSubdirectory("outside-").FullName);
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(outside, "kept"), new byte[4_000_000], TestContext.Current.CancellationToken);
            var script = $"cd {root}; ln -s {outside} link; n=$(head -c 100 /dev/zero | tr '\\0' d); i=0; while [ $i -lt 200 ]; do mkdir $n; cd $n; i=$((i+1)); done; head -c 1000000 /dev/zero >file; truncate -s 1G hole";
            using var made = Process.Start("/bin/bash", ["-c", script]);
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.InRange(DiskUsage.Of(root), 1_000_000, 3_000_000);
        }
        finally
        {
            TreeRemoval.Remove(root);
            Assert.False(Directory.Exists(root));
            Assert.True(File.Exists(Path.Combine(outside, "kept")));
            Directory.Delete(outside, recursive: true);
        }
    }

    [Theory]
    [InlineData(100, 0, 0, null)]
    [InlineData(0, 2_000_000, 0, "Usage of EmptyDir volume \"data\" exceeds the limit \"1Mi\". ")]
    [InlineData(0, 0, 3_000_000, "Container c exceeded its local ephemeral storage limit \"2Mi\". ")]
    [InlineData(1_500_000, 500_000, 1_000_000, "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ")]
    public void FindExcess_Usage_SaysWhichLimit(long unlimited, long data, long container, string? expected)
    {
        var pod = new V1PodSpec
        {
            Containers = [new() { Name = "c", Resources = new() { Limits = new Dictionary<string, ResourceQuantity> { ["ephemeral-storage"] = new("2Mi") } } }],
            Volumes = [new() { Name = "data", EmptyDir = new() { SizeLimit = new("1Mi") } }, new() { Name = "free", EmptyDir = new() }],
        };
        Assert.Equal(expected, LocalStorageLimits.FindExcess(
            pod, new Dictionary<string, long> { ["data"] = data, ["free"] = unlimited }, new Dictionary<string, long> { ["c"] = container }));
    }
}
