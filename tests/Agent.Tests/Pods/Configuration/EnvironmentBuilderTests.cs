using k8s.Models;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Agent.Tests.Pods.Configuration;

public sealed class EnvironmentBuilderTests
{
    private static readonly ConfigReference Map = new(ConfigReference.ConfigMap, "map");
    private static readonly ConfigReference Secret = new(ConfigReference.Secret, "secret");

    [Fact]
    public void Build_AllSources_InOrder()
    {
        var container = Samples.Container("c");
        container.EnvFrom = [new() { Prefix = "M_", ConfigMapRef = new() { Name = "map" } }, new() { SecretRef = new() { Name = "secret" } }];
        container.Env =
        [
            new() { Name = "FIRST", Value = "1" },
            new() { Name = "SECOND", Value = "$(FIRST) $(M_key) $$(FIRST)" },
            new() { Name = "password", Value = "own wins" },
            new() { Name = "POD", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } },
            new() { Name = "LABEL", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.labels['a/b']" } } },
            new() { Name = "IP", ValueFrom = new() { FieldRef = new() { FieldPath = "status.podIP" } } },
            new() { Name = "KEY", ValueFrom = new() { ConfigMapKeyRef = new() { Name = "map", Key = "key" } } },
            new() { Name = "GONE", ValueFrom = new() { SecretKeyRef = new() { Name = "none", Key = "x", Optional = true } } },
            new() { Name = "CPU", ValueFrom = new() { ResourceFieldRef = new() { Resource = "limits.cpu" } } },
            new() { Name = "MEMORY", ValueFrom = new() { ResourceFieldRef = new() { Resource = "limits.memory", Divisor = new("1Mi") } } },
        ];
        container.Resources = new() { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("64Mi") } };
        var environment = Build(container);
        Assert.Equal(new Dictionary<string, string>
        {
            ["M_key"] = "value",
            ["M_2nd"] = "digit after the prefix",
            ["password"] = "own wins",
            ["FIRST"] = "1",
            ["SECOND"] = "1 $(M_key) $(FIRST)",
            ["POD"] = "p",
            ["LABEL"] = "yes",
            ["IP"] = "127.64.0.9",
            ["KEY"] = "value",
            ["CPU"] = "4",
            ["MEMORY"] = "64",
        }, environment);
    }

    [Fact]
    public void Build_MissingObject_NamesIt()
    {
        var container = Samples.Container("c");
        container.EnvFrom = [new() { ConfigMapRef = new() { Name = "none" } }];
        Assert.Equal("configmap \"none\" not found", Assert.Throws<CreateContainerConfigException>(() => Build(container)).Message);
    }

    [Fact]
    public void Build_MissingKey_NamesIt()
    {
        var container = Samples.Container("c");
        container.Env = [new() { Name = "X", ValueFrom = new() { SecretKeyRef = new() { Name = "secret", Key = "none" } } }];
        Assert.Equal("couldn't find key none in Secret default/secret", Assert.Throws<CreateContainerConfigException>(() => Build(container)).Message);
    }

    private static Dictionary<string, string> Build(V1Container container)
    {
        var pod = Samples.Pod("p", container);
        pod.Metadata.Labels = new Dictionary<string, string> { ["a/b"] = "yes" };
        var config = new Dictionary<ConfigReference, IReadOnlyDictionary<string, string>>
        {
            [Map] = new Dictionary<string, string> { ["key"] = "value", ["2nd"] = "digit after the prefix", ["not a name"] = "left out" },
            [Secret] = new Dictionary<string, string> { ["password"] = "from secret" },
        };
        var allocatable = new Dictionary<string, Quantity> { ["cpu"] = Quantity.FromInt64(4) };
        return new EnvironmentBuilder(pod, container, config, new("127.64.0.9", "10.0.0.1"), allocatable, new Dictionary<string, string>()).Build();
    }
}
