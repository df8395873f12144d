using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

/// <summary>Services and their endpoints, through the pipeline.</summary>
[Collection(ModuleClusterCollection.Name)]
public sealed class ServiceCmdletTests(ModuleCluster cluster)
{
    [Fact]
    public void Service_IsMadeChangedFollowedAndRemoved()
    {
        cluster.Run("New-Namespace shop; $ns = @{ Namespace = 'shop' }; New-Deployment web host @ns -Replicas 2 -Command sleep, 600 -Wait -Timeout 60").Succeeded();
        Assert.Equal("ClusterIP 80/TCP app=web", Text("New-ClusterService web @{ app = 'web' } @ns -Port 80:8080 | ForEach-Object { \"$($_.Type) $($_.Ports) $($_.Selector)\" }"));
        Assert.Equal("True True", Text("""
            $tries = 0; do { $all = @(Get-ClusterService web @ns | Get-Endpoint | Where-Object Ready) } while ($all.Count -lt 2 -and $tries++ -lt 100)
            "$($all.Count -eq 2) $($all[0].Ports -eq '8080/TCP' -and $all[0].Name -like 'web-*' -and $all[0].Address -like '127.*')"
            """));
        Assert.Equal("sleep", Text("(Get-Endpoint web @ns)[0] | Get-Pod | ForEach-Object { $_.Object.Spec.Containers[0].Command[0] }"));

        Assert.Equal("NodePort 80:30951/TCP app=web,track=green", Text(
            "Get-ClusterService web @ns | Set-ClusterService -Type NodePort -Port 80:8080 -NodePort 30951 -PodLabel app=web,track=green -PassThru | ForEach-Object { \"$($_.Type) $($_.Ports) $($_.Selector)\" }"));
        Assert.Equal("app=other", Text("Set-ClusterService web @ns -PodLabel @{ app = 'other' } -PassThru | ForEach-Object Selector"));
        Assert.Equal("None", Text("New-ClusterService db @{ app = 'db' } @ns -Headless | ForEach-Object ClusterIP"));
        Assert.Equal("smtp.example.com", Text("New-ClusterService mail @ns -ExternalName smtp.example.com | ForEach-Object ExternalIP"));

        Assert.Contains("spec.ports[0].nodePort: Invalid value: 30951: provided port is already allocated", Assert.Single(cluster.Run("New-ClusterService rival @ns -Port 80 -Type NodePort -NodePort 30951").Errors).ToString(), StringComparison.Ordinal);
        Assert.Equal("InvalidPort", cluster.Run("New-ClusterService odd @ns -Port eighty").ErrorId());
        Assert.Equal("NothingToChange", cluster.Run("Set-ClusterService web @ns").ErrorId());
        Assert.Equal("NotFound,Service", cluster.Run("Get-Endpoint nothing @ns").ErrorId());
        cluster.Run("Get-ClusterService @ns | Remove-ClusterService -Wait -Timeout 30; Remove-Deployment web @ns -Wait -Timeout 60").Succeeded();
        Assert.Empty(cluster.Run("Get-ClusterService @ns").Succeeded());
    }

    private string Text(string script) => Assert.Single(cluster.Run(script).Succeeded()).ToString();
}
