using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Printing;
using Xunit;

namespace Orchestrator.Model.Tests;

public sealed class CatalogTests
{
    [Theory]
    [InlineData("po", "pods")]
    [InlineData("Pod", "pods")]
    [InlineData("DEPLOY", "deployments.apps")]
    [InlineData("deployments.apps", "deployments.apps")]
    [InlineData("deployments.v1.apps", "deployments.apps")]
    [InlineData("ns", "namespaces")]
    [InlineData("csr", "certificatesigningrequests.certificates.k8s.io")]
    public void TryResolve_AnyNameOfAKind_FindsIt(string name, string expected)
    {
        Assert.True(Catalog.TryResolve(name, out var kind));
        Assert.Equal(expected, kind.GroupResource);
    }

    [Fact]
    public void TryResolve_Unknown_IsFalse() => Assert.False(Catalog.TryResolve("gadgets", out _));

    [Fact]
    public void All_Kinds_AgreeWithTheirTypesAndHaveColumns()
    {
        foreach (var kind in Catalog.All)
        {
            var entity = (k8s.Models.KubernetesEntityAttribute)Attribute.GetCustomAttribute(kind.ClrType, typeof(k8s.Models.KubernetesEntityAttribute))!;
            Assert.Equal((entity.Group, entity.ApiVersion, entity.Kind, entity.PluralName), (kind.Group, kind.Version, kind.Kind, kind.Plural));
            Assert.NotEmpty(kind.Columns);
            Assert.All(kind.SelectableFields, field => Assert.Contains('.', field + "."));
        }
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(125, "2m5s")]
    [InlineData(3600, "60m")]
    [InlineData(4 * 3600, "4h")]
    [InlineData(30 * 3600, "30h")]
    [InlineData(5 * 86400 + 3600, "5d1h")]
    [InlineData(400 * 86400, "400d")]
    [InlineData(800 * 86400, "2y70d")]
    public void HumanDuration_Seconds_AreShownAsKubectlDoes(long seconds, string expected) =>
        Assert.Equal(expected, HumanDuration.Of(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void PodSummary_CrashingContainer_SaysSo()
    {
        var pod = new V1Pod
        {
            Metadata = new(),
            Spec = new() { Containers = [new() { Name = "a" }, new() { Name = "b" }] },
            Status = new()
            {
                Phase = "Running",
                ContainerStatuses =
                [
                    new() { Name = "a", Ready = true, RestartCount = 0, State = new() { Running = new() } },
                    new() { Name = "b", Ready = false, RestartCount = 4, State = new() { Waiting = new() { Reason = "CrashLoopBackOff" } } },
                ],
            },
        };
        var summary = PodSummary.Of(pod);
        Assert.Equal(("1/2", "CrashLoopBackOff", 4), (summary.Ready, summary.Status, summary.Restarts));
        pod.Metadata.DeletionTimestamp = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal("Terminating", PodSummary.Of(pod).Status);
    }
}
