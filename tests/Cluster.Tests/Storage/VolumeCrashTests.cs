using k8s;
using Xunit;

namespace Orchestrator.Cluster.Tests.Storage;

/// <summary>Controller and agents killed in the middle of things: no data lost, no claim stuck, nothing left behind.</summary>
public sealed class VolumeCrashTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    /// <summary>What can be seen of a volume on its way, or of its end, at or just after which somebody is killed.</summary>
    private static readonly string[] s_steps = ["asked", "selected", "object", "made", "bound", "running", "deleted", "released"];

    public static TheoryData<string, string> Moments => new(from step in s_steps from who in new[] { "controller", "agent", "both" } select (step, who));

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Kill_AtAnyStep_EverythingComesToItsEnd(string step, string who)
    {
        var name = $"{step}-{who}";
        (await cluster.ApplyAsync(VolumeTests.Claim(name))).Succeeded();
        (await cluster.ApplyAsync(VolumeTests.Pod(name, name, "[ -f data/file ] || echo precious > data/file; cat data/file", "n1"))).Succeeded();
        await KillAsync(step, who, name, ["asked", "selected", "object", "made", "bound", "running"]);
        await cluster.LogAsync(name, "precious");
        var volume = await cluster.ReadAsync($"get pvc {name} -o jsonpath={{.spec.volumeName}}");
        Assert.Equal("precious\n", await File.ReadAllTextAsync(Path.Combine(Folder(volume), "data", "file"), TestContext.Current.CancellationToken));
        (await cluster.KubectlAsync($"delete pod/{name} pvc/{name} --wait=false")).Succeeded();
        await KillAsync(step, who, name, ["deleted", "released"]);
        (await cluster.KubectlAsync($"wait pvc/{name} pod/{name} --for=delete --timeout=60s")).Succeeded();
        (await cluster.KubectlAsync($"wait pv/{volume} --for=delete --timeout=60s")).Succeeded();
        Assert.False(Directory.Exists(Folder(volume)));
    }

    private async Task KillAsync(string step, string who, string name, string[] steps)
    {
        if (!steps.Contains(step))
        {
            return;
        }
        await Eventually.GetAsync(async () => await IsReachedAsync(step, name), reached => reached, _ => step);
        if (who != "agent")
        {
            cluster.Controller.Kill();
        }
        if (who != "controller")
        {
            cluster.Agent("n1").Kill();
        }
        if (who != "agent")
        {
            await cluster.StartControllerAsync();
        }
        if (who != "controller")
        {
            await cluster.StartAgentAsync("n1");
        }
    }

    private async Task<bool> IsReachedAsync(string step, string name)
    {
        var volume = (await cluster.Client.CoreV1.ListPersistentVolumeAsync()).Items.FirstOrDefault(item => item.Spec.ClaimRef?.Name == name);
        var claim = (await cluster.Client.CoreV1.ListNamespacedPersistentVolumeClaimAsync("default")).Items.FirstOrDefault(item => item.Metadata.Name == name);
        return step switch
        {
            "selected" => claim?.Metadata.Annotations?.ContainsKey("volume.kubernetes.io/selected-node") == true,
            "object" => volume is not null,
            "made" => volume?.Metadata.Annotations?.ContainsKey("orchestrator.dev/made-size") == true,
            "bound" => claim?.Status.Phase == "Bound",
            "running" => (await cluster.Client.CoreV1.ReadNamespacedPodStatusAsync(name, "default")).Status.Phase == "Running",
            "released" => volume is null || volume.Status.Phase == "Released",
            _ => true,
        };
    }

    private string Folder(string volume) => Path.Combine(cluster.DataFolder("n1"), "persistent", volume);
}
