using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Xunit;

namespace Orchestrator.Agent.Tests.Pods.Configuration;

public sealed class QosClassTests
{
    [Theory]
    [InlineData(null, null, "BestEffort")]
    [InlineData("cpu=1", null, "Burstable")]
    [InlineData("cpu=1,memory=1Gi", "cpu=1,memory=1Gi", "Guaranteed")]
    [InlineData(null, "cpu=1,memory=1Gi", "Guaranteed")]
    [InlineData("cpu=500m,memory=1Gi", "cpu=1,memory=1Gi", "Burstable")]
    [InlineData(null, "cpu=1", "Burstable")]
    public void Of_Cases(string? requests, string? limits, string expected)
    {
        var container = Samples.Container("c");
        container.Resources = new() { Requests = Quantities(requests), Limits = Quantities(limits) };
        Assert.Equal(expected, QosClass.Of(Samples.Pod("p", container)));
    }

    private static Dictionary<string, ResourceQuantity>? Quantities(string? text) =>
        text?.Split(',').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => new ResourceQuantity(pair[1]));
}
