using Orchestrator.Agent.Tests.Pods;
using Orchestrator.Testing;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class DockerPodStreamsTests(DockerEngine engine) : PodStreamsTests
{
    private protected override string InnerAddress => "127.0.0.1";

    private protected override Task<NodeHarness> CreateAsync() => DockerNode.CreateAsync(engine);
}
