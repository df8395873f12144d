using Docker.DotNet.Models;
using Orchestrator.Testing;
using Xunit;

namespace Orchestrator.Cluster.Tests.Docker;

/// <summary>Agent and engine are killed without warning, in any order, while pods come and go.</summary>
public sealed class DockerCrashTests
{
    private const int Kills = 30;
    private const string OwnerLabel = "orchestrator.dev/owner";
    private const string SeedVariable = "ORCHESTRATOR_TEST_SEED";
    private const string None = "none";

    [Fact]
    public async Task Kill_AgentAndEngineThirtyTimesUnderChurn_NothingIsDoubledLeakedOrLost()
    {
        await using var engine = new DockerEngine();
        await using var cluster = new DockerCluster(engine);
        await cluster.InitializeAsync();
        var cancellation = TestContext.Current.CancellationToken;
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), out var given) ? given : Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage("{0}={1}", SeedVariable, seed);
        var random = new Random(seed);
        var (token, marks) = ($"churn-{Guid.NewGuid():N}", Directory.CreateTempSubdirectory("churn-"));
        var churn = new Churn(cluster.Client, marks.FullName, token, random);
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await churn.StepAsync(cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(400)), TimeProvider.System, cancellation);
                await KillAsync(cluster, churn, random);
            }
            await Eventually.GetAsync(() => churn.FindWrongAsync(cancellation), wrong => wrong.Count == 0, wrong => $"wrong (seed {seed}): {string.Join("; ", wrong)}\n{cluster.Agent(DockerCluster.Node).Log}");
            Assert.True(churn.Terminal.Count > Kills / 2, $"only {churn.Terminal.Count} pods ended");
            Assert.Equal([], Doubled(await ContainersAsync(engine)));

            await churn.DeleteAllAsync(cancellation);
            await Eventually.GetAsync(() => churn.LookAsync(cancellation), pods => pods.Count == 0, pods => $"seed {seed}: {string.Join(", ", pods.Select(pod => pod.Metadata.Name))} are still there");
            await Eventually.GetAsync(() => LeftAsync(cluster, token), left => left == None, left => $"seed {seed}: left behind: {left}");
        }
        finally
        {
            marks.Delete(recursive: true);
        }
    }

    private static async Task KillAsync(DockerCluster cluster, Churn churn, Random random)
    {
        var (agent, engine) = random.Next(5) switch { 0 or 1 => (true, false), 2 or 3 => (false, true), _ => (true, true) };
        if (agent)
        {
            cluster.Agent(DockerCluster.Node).Kill();
        }
        if (engine)
        {
            await churn.DisturbAsync(TestContext.Current.CancellationToken);
            await cluster.Engine.RestartAsync(kill: true);
        }
        if (agent)
        {
            await cluster.StartAgentAsync(DockerCluster.Node);
        }
    }

    private static async Task<IList<ContainerListResponse>> ContainersAsync(DockerEngine engine) =>
        await engine.Client.Containers.ListContainersAsync(new() { All = true }, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Doubled(IEnumerable<ContainerListResponse> containers) => containers.Where(container => container.State == "running")
        .GroupBy(container => $"{container.Labels["orchestrator.dev/pod-name"]}/{(container.Labels.TryGetValue("orchestrator.dev/container", out var name) ? name : "sandbox")}")
        .Where(group => group.Count() > 1).Select(group => $"{group.Key} × {group.Count()}");

    /// <summary>What there is of the pods' after all of them have left: containers, volumes, networks, mounts, folders, processes.</summary>
    private static async Task<string> LeftAsync(DockerCluster cluster, string token)
    {
        var (engine, data) = (cluster.Engine.Client, cluster.DataFolder(DockerCluster.Node));
        List<string> left = [.. (await ContainersAsync(cluster.Engine)).Select(container => $"container {container.Names[0]} ({container.State})")];
        left.AddRange(((await engine.Volumes.ListAsync(TestContext.Current.CancellationToken)).Volumes ?? []).Select(volume => $"volume {volume.Name}"));
        // The node's own network stays for the next pod; there is one.
        left.AddRange((await engine.Networks.ListNetworksAsync(cancellationToken: TestContext.Current.CancellationToken))
            .Where(network => network.Labels?.ContainsKey(OwnerLabel) == true).Skip(1).Select(network => $"network {network.Name}"));
        left.AddRange(File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]).Where(mount => mount.StartsWith(data + "/", StringComparison.Ordinal)).Select(mount => $"mount {mount}"));
        foreach (var folder in new[] { "volumes", Path.Combine("docker", "pods"), "pods" }.Select(name => Path.Combine(data, name)).Where(Directory.Exists))
        {
            left.AddRange(Directory.EnumerateFileSystemEntries(folder));
        }
        // Shims are the engine's: of a container that it was about to start when it was killed it keeps one, with a `runc init` that never became the container.
        left.AddRange(Processes(token));
        return left.Count == 0 ? None : string.Join(", ", left);
    }

    private static IEnumerable<string> Processes(string part)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            string line, cgroup;
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
                cgroup = File.ReadLines(Path.Combine(folder, "cgroup")).FirstOrDefault() ?? "";
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // It has ended.
                continue;
            }
            if (line.Contains(part, StringComparison.Ordinal))
            {
                yield return $"process {Path.GetFileName(folder)} {line} in {cgroup}";
            }
        }
    }
}
