using Orchestrator.Agent.Networking;
using Xunit;

namespace Orchestrator.Agent.Tests.Networking;

public sealed class ServiceVariablesTests
{
    private readonly ServiceDirectory _directory = new();

    public ServiceVariablesTests()
    {
        var api = Cluster.Service("kubernetes", "10.96.0.1", Cluster.Port("https", 443));
        api.Metadata.NamespaceProperty = "default";
        _directory.Put(api).Put(Cluster.Service("redis-master", "10.96.0.11", Cluster.Port("db", 6379), Cluster.Port("gossip-2", 6380, "UDP")))
            .Put(Cluster.Service("members", "None", Cluster.Port(null, 80)));
    }

    [Fact]
    public void Of_AService_IsWhatKubernetesDocuments() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["REDIS_MASTER_SERVICE_HOST"] = "10.96.0.11",
            ["REDIS_MASTER_SERVICE_PORT"] = "6379",
            ["REDIS_MASTER_SERVICE_PORT_DB"] = "6379",
            ["REDIS_MASTER_SERVICE_PORT_GOSSIP_2"] = "6380",
            ["REDIS_MASTER_PORT"] = "tcp://10.96.0.11:6379",
            ["REDIS_MASTER_PORT_6379_TCP"] = "tcp://10.96.0.11:6379",
            ["REDIS_MASTER_PORT_6379_TCP_PROTO"] = "tcp",
            ["REDIS_MASTER_PORT_6379_TCP_PORT"] = "6379",
            ["REDIS_MASTER_PORT_6379_TCP_ADDR"] = "10.96.0.11",
            ["REDIS_MASTER_PORT_6380_UDP"] = "udp://10.96.0.11:6380",
            ["REDIS_MASTER_PORT_6380_UDP_PROTO"] = "udp",
            ["REDIS_MASTER_PORT_6380_UDP_PORT"] = "6380",
            ["REDIS_MASTER_PORT_6380_UDP_ADDR"] = "10.96.0.11",
        },
        ServiceVariables.Of(_directory.States, "shop", all: true).Where(variable => !variable.Key.StartsWith("KUBERNETES", StringComparison.Ordinal)).ToDictionary());

    [Theory]
    [InlineData("shop", false)]
    [InlineData("elsewhere", true)]
    public void Of_NoLinksOrAnotherNamespace_IsTheApiOnly(string @namespace, bool all)
    {
        var variables = ServiceVariables.Of(_directory.States, @namespace, all);
        Assert.Equal(("10.96.0.1", "443"), (variables["KUBERNETES_SERVICE_HOST"], variables["KUBERNETES_SERVICE_PORT_HTTPS"]));
        Assert.All(variables.Keys, name => Assert.StartsWith("KUBERNETES_", name, StringComparison.Ordinal));
    }
}
