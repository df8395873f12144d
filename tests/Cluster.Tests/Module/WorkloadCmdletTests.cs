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

        Assert.NotEqual(Text("(Get-ClusterJob indexed @ns).Object.Metadata.Uid"), Text("(Restart-ClusterJob indexed @ns -Timeout 30).Object.Metadata.Uid"));
        Assert.Equal("3/3", Text("Wait-ClusterJob indexed @ns -Timeout 60 -PassThru | ForEach-Object Completions"));
        Assert.Equal("Complete", Text("Restart-CronJob nightly @ns -Timeout 30 | Wait-ClusterJob -Timeout 60 -PassThru | ForEach-Object Status"));
        Assert.Equal("NoJob,CronJob", cluster.Run("$null = New-CronJob never host '0 3 1 1 *' @ns -Command true; Restart-CronJob never @ns").ErrorId());
        Assert.Equal("Timeout", cluster.Run("Wait-CronJob never @ns -Timeout 1").ErrorId());
        cluster.Run("$null = New-CronJob often host '* * * * *' @ns -Command true; Wait-CronJob often @ns -Timeout 90").Succeeded();

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
    public void DaemonSet_IsMadeRestartedAndRemoved()
    {
        cluster.Run("New-Namespace daemons; $ns = @{ Namespace = 'daemons' }").Succeeded();
        Assert.Equal("1 1 1", Text("New-DaemonSet logs host @ns -Command sleep, 600 -Wait -Timeout 60 | ForEach-Object { \"$($_.Desired) $($_.UpToDate) $($_.Available)\" }"));
        var before = Text("(Get-Pod @ns).Object.Metadata.Uid");
        cluster.Run("Get-DaemonSet logs @ns | Restart-DaemonSet -Wait -Timeout 60").Succeeded();
        Assert.NotEqual(before, Text("(Get-Pod @ns).Object.Metadata.Uid"));
        Assert.Equal("1", Text("Wait-DaemonSet logs @ns -Timeout 30 -PassThru | ForEach-Object Ready"));
        cluster.Run("Remove-DaemonSet logs @ns -Wait -Timeout 60").Succeeded();
        Assert.Empty(cluster.Run("Get-DaemonSet @ns").Succeeded());
    }

    [Fact]
    public void PodPlacement_IsTestedOfManifestsObjectsAndParameters()
    {
        Assert.Equal("True True", Text("Test-PodPlacement -Image host -Cpu 1m | ForEach-Object { \"$($_.Fits) $($_.Selected)\" }"));
        Assert.Equal("node(s) didn't match Pod's node affinity/selector", Text("Test-PodPlacement -Image host -NodeSelector @{ disk = 'ssd' } -WarningAction SilentlyContinue | ForEach-Object Reason"));
        Assert.Equal("Insufficient cpu", Text("@{ apiVersion = 'v1'; kind = 'Pod'; metadata = @{ name = 'big' }; spec = @{ containers = @(@{ name = 'c'; image = 'host'; resources = @{ requests = @{ cpu = '5000' } } }) } } | Test-PodPlacement -WarningAction SilentlyContinue | ForEach-Object Reason"));
        cluster.Run("New-Namespace placed; New-Deployment web host -Namespace placed -Replicas 0").Succeeded();
        Assert.Equal("Deployment/web True", Text("Get-Deployment web -Namespace placed | Test-PodPlacement | ForEach-Object { \"$($_.Subject) $($_.Fits)\" }"));
        Assert.Contains("would wait", Text("Test-PodPlacement -Image host -NodeSelector @{ disk = 'ssd' } 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | ForEach-Object { \"$_\" }"), StringComparison.Ordinal);
    }

    [Fact]
    public void Autoscaler_IsMadeChangedAndRemoved()
    {
        cluster.Run("New-Namespace scaled; $ns = @{ Namespace = 'scaled' }; New-Deployment web host @ns -Cpu 10m -Replicas 0").Succeeded();
        Assert.Equal("Deployment/web 10", Text("Get-Deployment web @ns | New-Autoscaler -MaxReplicas 10 -CpuPercent 70 | ForEach-Object { \"$($_.Reference) $($_.MaxReplicas)\" }"));
        Assert.Equal("cpu: <unknown>/60%", Text("Set-Autoscaler web @ns -CpuPercent 60 -PassThru | ForEach-Object Targets"));
        Assert.Equal("NothingToSet", cluster.Run("Set-Autoscaler web @ns").ErrorId());
        cluster.Run("Get-Autoscaler @ns | Remove-Autoscaler").Succeeded();
        Assert.Empty(cluster.Run("Get-Autoscaler @ns").Succeeded());
    }

    [Fact]
    public void DisruptionBudget_IsChanged()
    {
        cluster.Run("New-Namespace budgets; $ns = @{ Namespace = 'budgets' }; New-DisruptionBudget web @{ app = 'web' } -MinAvailable 2 @ns").Succeeded();
        Assert.Equal(" 25%", Text("Set-DisruptionBudget web @ns -MaxUnavailable 25% -PassThru | ForEach-Object { \"$($_.MinAvailable) $($_.MaxUnavailable)\" }"));
        Assert.Equal("OneOfTwo", cluster.Run("Set-DisruptionBudget web @ns").ErrorId());
    }

    [Fact]
    public void StatefulSet_IsMade()
    {
        cluster.Run("New-Namespace named; $ns = @{ Namespace = 'named' }").Succeeded();
        Assert.Equal("2/2", Text("New-StatefulSet db host @ns -Replicas 2 -Parallel -Command sleep, 600 -Wait -Timeout 60 | ForEach-Object Ready"));
        cluster.Run("Remove-StatefulSet db @ns -Wait -Timeout 60").Succeeded();
    }

    [Fact]
    public void Taint_AddedAndRemoved()
    {
        Assert.Equal("gpu=yes:NoSchedule", Text("Get-Node | Add-Taint gpu NoSchedule -Value yes -PassThru | ForEach-Object { $_.Object.Spec.Taints | ForEach-Object { \"$($_.Key)=$($_.Value):$($_.Effect)\" } }"));
        cluster.Run("Get-Node | Remove-Taint gpu").Succeeded();
        Assert.Equal("NotFound,Taint", cluster.Run("Get-Node | Remove-Taint gpu").ErrorId());
    }

    [Fact]
    public void Cluster_IsBackedUp_ItsKeyReplaced_AndItsStateRestoredElsewhere()
    {
        var folder = Directory.CreateTempSubdirectory("orchestrator-backup-").FullName;
        try
        {
            cluster.Run("New-Namespace kept; New-ClusterSecret s @{ k = 'v' } -Namespace kept").Succeeded();
            Assert.Matches("^[0-9]+ True$", Text("Update-ClusterEncryptionKey -Confirm:$false -PassThru | ForEach-Object { \"$($_.KeyId) $($_.Secrets -gt 0)\" }"));
            Assert.Equal("cluster.zip", Text($"(Backup-Cluster '{folder}/cluster.zip').Name"));
            Assert.Equal("FileExists", cluster.Run($"Backup-Cluster '{folder}/cluster.zip'").ErrorId());
            Assert.StartsWith("Restored; the cluster goes on at revision 1", Text($"Restore-Cluster '{folder}/cluster.zip' '{folder}/data' -Confirm:$false"), StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, "data", "state.db")));
            Assert.Equal("NotRestored", cluster.Run($"[IO.File]::WriteAllText('{folder}/bad.zip', 'x'); Restore-Cluster '{folder}/bad.zip' '{folder}/data' -Confirm:$false").ErrorId());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string Text(string script) => Assert.Single(cluster.Run(script).Succeeded()).ToString();
}
