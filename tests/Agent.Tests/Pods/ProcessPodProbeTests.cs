namespace Orchestrator.Agent.Tests.Pods;

public sealed class ProcessPodProbeTests : PodProbeTests
{
    private protected override Task<NodeHarness> CreateAsync() => NodeHarness.CreateAsync();
}
