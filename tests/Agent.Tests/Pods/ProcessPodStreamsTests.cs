namespace Orchestrator.Agent.Tests.Pods;

public sealed class ProcessPodStreamsTests : PodStreamsTests
{
    private protected override string InnerAddress => "$POD_IP";

    private protected override Task<NodeHarness> CreateAsync() => NodeHarness.CreateAsync();
}
