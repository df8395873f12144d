using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

[Collection(ModuleClusterCollection.Name)]
public sealed class DeploymentCmdletTests(ModuleCluster cluster)
{
    [Fact]
    public void Deployment_ScaledRolledAndRolledBack()
    {
        cluster.Run("New-Namespace roll; New-Deployment web host -Namespace roll -Replicas 2 -Command sleep, 600 -Wait -Timeout 30").Succeeded();
        cluster.Run("$ns = @{ Namespace = 'roll' }").Succeeded();

        Assert.Equal("3/3", Text("Set-DeploymentReplicas web 3 @ns -Wait -Timeout 30 -PassThru | ForEach-Object Ready"));

        Assert.Equal("Timeout", cluster.Run("Set-DeploymentImage web nonesuch:v2 @ns -ChangeCause 'to v2' -Wait -Timeout 1").ErrorId());
        Assert.Equal("1 False|2 True to v2", Text("(Get-DeploymentHistory web @ns | ForEach-Object { \"$($_.Revision) $($_.IsCurrent) $($_.ChangeCause)\".Trim() }) -join '|'"));

        Assert.Equal("host", Text("Get-Deployment web @ns | Undo-Deployment -Wait -Timeout 30 -PassThru | ForEach-Object { $_.Images -join ',' }"));
        Assert.Equal("NotFound,Revision", cluster.Run("Undo-Deployment web @ns -ToRevision 77").ErrorId());
        Assert.Equal("UnknownContainer", cluster.Run("Set-DeploymentImage web x:y @ns -Container nonesuch").ErrorId());

        cluster.Run("Get-Deployment @ns | Remove-Deployment -Wait -Timeout 30; Get-Pod @ns | Remove-Pod -Force -ErrorAction Ignore").Succeeded();
    }

    private string Text(string script) => Assert.Single(cluster.Run(script).Succeeded()).ToString();
}
