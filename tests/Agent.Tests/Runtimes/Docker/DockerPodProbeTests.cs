using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Testing;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class DockerPodProbeTests(DockerEngine engine) : PodProbeTests
{
    private protected override Task<NodeHarness> CreateAsync() => DockerNode.CreateAsync(engine);
}
