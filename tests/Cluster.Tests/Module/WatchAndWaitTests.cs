using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

[Collection(ModuleClusterCollection.Name)]
public sealed class WatchAndWaitTests(ModuleCluster cluster)
{
    [Fact]
    public void Watch_CtrlC_EndsItAtOnce() =>
        Assert.True(cluster.StopAfterFirstOutput("Watch-ClusterResource Namespace") < TimeSpan.FromSeconds(2));

    [Fact]
    public void Watch_TimeIsOver_IsNoError() =>
        Assert.NotEmpty(cluster.Run("Watch-ClusterResource ns -Timeout 300ms").Succeeded());

    [Fact]
    public void Watch_ChangesOnly_LeavesOutWhatIsThere() =>
        Assert.Empty(cluster.Run("Watch-ClusterResource ns -ChangesOnly -Timeout 300ms").Succeeded());

    [Theory]
    [InlineData("jsonpath={.status.phase}=Active", "")]
    [InlineData("create", "")]
    [InlineData("delete", "Timeout")]
    [InlineData("nonsense", "InvalidCondition")]
    public void Wait_ForAnExistingObject(string condition, string error)
    {
        var outcome = cluster.Run("param($for) Wait-ClusterResource Namespace default -For $for -Timeout 500ms", condition);

        Assert.Equal(error, outcome.Errors.Count == 0 ? "" : outcome.ErrorId());
    }

    [Fact]
    public void Wait_ForNothing_OnlyDeletionHolds()
    {
        cluster.Run("Wait-ClusterResource Pod nonesuch -For delete -Timeout 5").Succeeded();
        Assert.Equal("NotFound,Pod", cluster.Run("Wait-ClusterResource Pod nonesuch -For condition=Ready").ErrorId());
    }

    [Fact]
    public void GetClusterResource_AnyNameOfAnyKind_IsFound()
    {
        foreach (var name in new[] { "ns", "namespaces", "Namespace", "deployments.apps", "leases" })
        {
            cluster.Run("param($kind) Get-ClusterResource $kind -AllNamespaces", name).Succeeded();
        }
        Assert.Equal("NotFound,Kind", cluster.Run("Get-ClusterResource nonesuches").ErrorId());
    }

    [Fact]
    public void Completion_OffersNamesAndKinds()
    {
        Assert.Contains("kube-system", Complete("Get-Namespace -Name kube-s"));
        Assert.Contains("kube-system", Complete("Get-Pod -Namespace kube-s"));
        Assert.Contains("Deployment", Complete("Get-ClusterResource -Kind Depl"));
    }

    private IEnumerable<string> Complete(string line) =>
        cluster.Run("param($line) (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText", line).Succeeded().Select(item => item.ToString());
}
