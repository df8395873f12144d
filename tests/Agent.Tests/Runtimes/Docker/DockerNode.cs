using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Pods.Planning;
using Orchestrator.Agent.Runtimes.Docker;
using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Testing;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

/// <summary>A node on the tests' engine.</summary>
internal static class DockerNode
{
    public static async Task<NodeHarness> CreateAsync(
        DockerEngine engine, long pidsLimit = 4096, long logFileBytes = 10 << 20, int logFiles = 5, BackOffPolicy? backOff = null)
    {
        await engine.EnsureAsync();
        return await NodeHarness.CreateAsync(
            folder => new DockerRuntime(new(engine.Endpoint, Path.Combine(folder, "docker"), pidsLimit, logFileBytes, logFiles), TimeProvider.System, NullLogger<DockerRuntime>.Instance),
            (_, container) => engine.Client.Containers.KillContainerAsync(container.Id, new() { Signal = "SIGKILL" }),
            DockerEngine.NextRange(),
            backOff,
            engine.Client);
    }
}
