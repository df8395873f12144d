using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Xunit;

namespace Orchestrator.Cluster.Tests.Crash;

/// <summary>A disk that runs full under the controller, and is given room again.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Disk_Full_IsToldAndNothingAcknowledgedIsLost()
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-full-").FullName;
        var mounted = OperatingSystem.IsLinux() && (await Command.RunAsync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder])).ExitCode == 0;
        Assert.SkipUnless(mounted, "needs the right to mount a small file system (root on Linux)");
        try
        {
            await using var controller = new LoneController(folder);
            await controller.StartAsync();
            var acknowledged = new List<string>();
            HttpOperationException? refused = null;
            for (var i = 0; refused is null && i < 1000; i++)
            {
                try
                {
                    await CreateAsync(controller, $"full-{i}");
                    acknowledged.Add($"full-{i}");
                }
                catch (HttpOperationException problem)
                {
                    refused = problem;
                }
            }
            Assert.NotNull(refused);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Response.StatusCode);
            Assert.Contains("the disk is full", refused.Response.Content, StringComparison.Ordinal);
            (await Command.RunAsync("mount", ["-o", "remount,size=64m", folder])).Succeeded();
            await CreateAsync(controller, "room-again");
            // From the disk, not from memory.
            controller.Kill();
            await controller.StartAsync();
            var names = (await controller.Client.CoreV1.ListNamespacedConfigMapAsync("default")).Items.Select(item => item.Metadata.Name).ToHashSet();
            Assert.Superset(acknowledged.Append("room-again").ToHashSet(), names);
        }
        finally
        {
            (await Command.RunAsync("umount", ["--lazy", folder])).Succeeded();
            Directory.Delete(folder);
        }
    }

    [Fact]
    public async Task Controller_UnusableStart_SaysWhyInOneLine()
    {
        await using var controller = new LoneController();
        await controller.StartAsync();
        var address = controller.Client.BaseUri.Authority;
        var other = Directory.CreateTempSubdirectory("orchestrator-second-").FullName;
        var taken = await Start("--data", other, "--listen", address);
        Assert.Equal((1, $"orchestrator-controller: --listen: the address {address} is in use by another program\n"), (taken.ExitCode, taken.Error));
        var held = await Start("--data", controller.Folder, "--listen", "127.0.0.1:0");
        Assert.Equal(1, held.ExitCode);
        Assert.Contains("is in use by another controller", held.Error, StringComparison.Ordinal);
        var wrong = await Start("--listen", "nowhere", "--colour", "red", "--node-lease-grace", "soon");
        Assert.Equal(2, wrong.ExitCode);
        foreach (var part in new[] { "--listen: Invalid value: \"nowhere\"", "--colour: no such option", "--node-lease-grace: Invalid value: \"soon\"", "--data: Required value" })
        {
            Assert.Contains(part, wrong.Error, StringComparison.Ordinal);
        }
        Directory.Delete(other, recursive: true);
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "state.db"), new string('x', 5000));
        var corrupt = await Start("--data", other, "--listen", "127.0.0.1:0");
        Assert.Equal(1, corrupt.ExitCode);
        Assert.Contains("can't be read as a database", corrupt.Error, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), File.ReadAllText(Path.Combine(other, "state.db")));
        Directory.Delete(other, recursive: true);
    }

    private static Task<V1ConfigMap> CreateAsync(LoneController controller, string name) => controller.Client.CoreV1.CreateNamespacedConfigMapAsync(
        new V1ConfigMap { Metadata = new() { Name = name }, Data = new Dictionary<string, string> { ["text"] = new('x', 20_000) } }, "default");

    private static Task<CommandResult> Start(params string[] arguments) => Command.RunAsync(Checkout.Program("controller", "orchestrator-controller"), arguments);
}
