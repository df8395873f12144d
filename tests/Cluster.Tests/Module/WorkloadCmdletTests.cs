using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

/// <summary>Jobs, CronJobs, StatefulSets, budgets, taints and drains, through the pipeline.</summary>
[Collection(ModuleClusterCollection.Name)]
public sealed class WorkloadCmdletTests(ModuleCluster cluster)
{
    [Fact]
    public void Jobs_RunFailAndAreStartedFromCronJobs()
    {
        cluster.Run("New-Namespace batch; $ns = @{ Namespace = 'batch' }").Succeeded();

        Assert.Equal("3/3 Complete", Text("New-ClusterJob indexed host @ns -Completions 3 -Parallelism 3 -Indexed -Command sh, -c, 'echo $JOB_COMPLETION_INDEX' -Wait -Timeout 60 | ForEach-Object { \"$($_.Completions) $($_.Status)\" }"));
        Assert.Equal("0,1,2", Text("[string[]] $lines = Get-Pod @ns -Selector job-name=indexed | Get-PodLog; [Array]::Sort($lines); $lines -join ','"));
        Assert.Equal("JobFailed", cluster.Run("New-ClusterJob failing host @ns -BackoffLimit 0 -Command false -Wait -Timeout 60").ErrorId());

        cluster.Run("New-CronJob nightly host '0 3 * * *' @ns -TimeZone Europe/Berlin -Command true | Suspend-CronJob").Succeeded();
        Assert.Equal("True", Text("(Get-CronJob nightly @ns).Suspended"));
        Assert.Equal("Complete", Text("Start-CronJob nightly @ns | Wait-ClusterJob -Timeout 60 -PassThru | ForEach-Object Status"));
        Assert.Equal("False", Text("Resume-CronJob nightly @ns -PassThru | ForEach-Object Suspended"));

        cluster.Run("Get-CronJob @ns | Remove-CronJob -Wait -Timeout 30; Get-ClusterJob @ns | Remove-ClusterJob -Wait -Timeout 30").Succeeded();
    }

    [Fact]
    public void StatefulSet_IsScaledRestartedAndDrained()
    {
        cluster.Run("New-Namespace state; $ns = @{ Namespace = 'state' }").Succeeded();
        cluster.Run("""
            @'
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: state}
            spec:
              serviceName: db
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: c, image: host, command: [sleep, '600']}]
            '@ | Publish-Manifest; Wait-StatefulSet db @ns -Timeout 60
            """).Succeeded();

        Assert.Equal("2/2", Text("Set-StatefulSetReplicas db 2 @ns -Wait -Timeout 60 -PassThru | ForEach-Object Ready"));
        var before = Text("(Get-Pod db-0 @ns).Object.Metadata.Uid");
        cluster.Run("Get-StatefulSet db @ns | Restart-StatefulSet -Wait -Timeout 60").Succeeded();
        Assert.NotEqual(before, Text("(Get-Pod db-0 @ns).Object.Metadata.Uid"));

        cluster.Run("New-DisruptionBudget db @{ app = 'db' } -MinAvailable 2 @ns").Succeeded();
        Assert.Equal("Timeout", cluster.Run("Get-Node | Suspend-Node -Drain -Force -Timeout 2").ErrorId());
        Assert.Equal("2/2", Text("(Get-StatefulSet db @ns).Ready"));
        cluster.Run("Get-DisruptionBudget db @ns | Remove-DisruptionBudget; Remove-StatefulSet db @ns -Wait -Timeout 30; Get-Node | Resume-Node").Succeeded();
        Assert.Equal("True", Text("(Get-Node).Schedulable"));
    }

    [Fact]
    public void Taint_AddedAndRemoved()
    {
        Assert.Equal("gpu=yes:NoSchedule", Text("Get-Node | Add-Taint gpu NoSchedule -Value yes -PassThru | ForEach-Object { $_.Object.Spec.Taints | ForEach-Object { \"$($_.Key)=$($_.Value):$($_.Effect)\" } }"));
        cluster.Run("Get-Node | Remove-Taint gpu").Succeeded();
        Assert.Equal("NotFound,Taint", cluster.Run("Get-Node | Remove-Taint gpu").ErrorId());
    }

    private string Text(string script) => Assert.Single(cluster.Run(script).Succeeded()).ToString();
}
