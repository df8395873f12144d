using Orchestrator.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(DockerEngine))]

namespace Orchestrator.Cluster.Tests.Docker;

/// <summary>A cluster with one node, <c>d1</c>, on an engine of the tests' own. Skips its tests where there is no engine.</summary>
public sealed class DockerCluster(DockerEngine engine) : TestCluster
{
    public const string Node = "d1";

    public DockerEngine Engine { get; } = engine;

    protected override IReadOnlyList<string> Agents => [Node];

    // Restarts wait for a tenth of a second and not for minutes: what is tested is that they come.
    protected override IReadOnlyList<string> AgentArguments =>
        ["--runtime", "docker", "--docker-endpoint", Engine.Endpoint.ToString(), "--proxy", "none", "--restart-backoff", "00:00:00.1", "--restart-backoff-cap", "00:00:01"];

    public override async ValueTask InitializeAsync()
    {
        await Engine.EnsureAsync();
        await base.InitializeAsync();
    }
}
