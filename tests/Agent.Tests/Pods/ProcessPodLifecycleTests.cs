namespace Orchestrator.Agent.Tests.Pods;

public sealed class ProcessPodLifecycleTests : PodLifecycleTests
{
    private protected override Task<NodeHarness> CreateAsync() => NodeHarness.CreateAsync();
}
