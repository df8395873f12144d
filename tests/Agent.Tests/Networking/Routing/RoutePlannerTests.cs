using Orchestrator.Agent.Networking;
using Orchestrator.Agent.Networking.Routing;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking.Routing;

public sealed class RoutePlannerTests
{
    [Fact]
    public void OtherMachines_HaveRoutes_ThisOneAndLoopbackRangesHaveNone() => Assert.Equal(
        ["10.244.1.0/24 172.20.0.2", "10.244.3.0/24 172.20.0.4"],
        RoutePlanner.Of(
            new Dictionary<string, NodePlace>
            {
                ["n1"] = new("172.20.0.1", "10.244.0.0/24"), ["n2"] = new("172.20.0.2", "10.244.1.0/24"), ["beside-n1"] = new("172.20.0.1", "10.244.2.0/24"),
                ["n4"] = new("172.20.0.4", "10.244.3.0/24"), ["processes"] = new("172.20.0.5", "127.64.4.0/24"), ["new"] = new("172.20.0.6", null), ["dark"] = new(null, "10.244.6.0/24"),
            },
            "172.20.0.1").Select(route => $"{route.Key} {route.Value}"));

    [Fact]
    public void Changes_AreOnlyThose_ThatDiffer() => Assert.Equal(
        ["route del 10.244.9.0/24 proto 111", "route replace 10.244.1.0/24 via 172.20.0.3 proto 111", "route replace 10.244.2.0/24 via 172.20.0.4 proto 111"],
        RoutePlanner.Changes(
            new Dictionary<string, string> { ["10.244.1.0/24"] = "172.20.0.2", ["10.244.9.0/24"] = "172.20.0.9", ["10.244.5.0/24"] = "172.20.0.5" },
            new SortedDictionary<string, string> { ["10.244.1.0/24"] = "172.20.0.3", ["10.244.2.0/24"] = "172.20.0.4", ["10.244.5.0/24"] = "172.20.0.5" }));
}
