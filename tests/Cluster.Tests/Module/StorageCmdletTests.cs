using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

/// <summary>Volumes, claims and classes, through the pipeline.</summary>
[Collection(ModuleClusterCollection.Name)]
public sealed class StorageCmdletTests(ModuleCluster cluster)
{
    [Fact]
    public void Volumes_AreMadeArchivedMeasuredAndRemoved()
    {
        cluster.Run("New-Namespace storage; $ns = @{ Namespace = 'storage' }").Succeeded();
        Assert.Equal("True local.orchestrator.dev", Text("Get-StorageClass local | ForEach-Object { \"$($_.IsDefault) $($_.Provisioner)\" }"));
        cluster.Run("New-StorageClass quick -VolumeBindingMode Immediate").Succeeded();

        Assert.Equal("Pending 8Mi", Text("New-PersistentVolumeClaim data 8Mi @ns -StorageClass quick | ForEach-Object { \"$($_.Status) $($_.Requested)\" }"));
        cluster.Run("Wait-ClusterResource pvc data @ns -For 'jsonpath={.status.phase}=Bound' -Timeout 60").Succeeded();
        Assert.Equal("Bound storage/data Delete quick RWO", Text("Get-PersistentVolume | Where-Object Claim -eq storage/data | ForEach-Object { \"$($_.Status) $($_.Claim) $($_.ReclaimPolicy) $($_.StorageClass) $($_.AccessModes)\" }"));
        cluster.Run("""
            @'
            apiVersion: v1
            kind: Pod
            metadata: {name: writer, namespace: storage}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: c
                image: host
                command: [sh, -c, 'mkdir data/sub; echo precious > data/sub/file; ln -s sub/file data/link; exec sleep 600']
                volumeMounts: [{name: data, mountPath: data}]
              volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
            '@ | Publish-Manifest; Wait-ClusterResource pod writer @ns -For condition=Ready -Timeout 60
            """).Succeeded();
        Assert.Equal("True True", Text("Get-VolumeUsage data @ns | ForEach-Object { \"$($_.UsedBytes -gt 0) $($_.CapacityBytes -gt $_.UsedBytes)\" }"));

        var archive = Path.Combine(Path.GetTempPath(), $"volume-{Guid.NewGuid():N}.tgz");
        try
        {
            Assert.Equal("True", Text($"(Export-Volume data {archive} @ns).Length -gt 0"));
            Assert.Equal("Exists,Path", cluster.Run($"Export-Volume data {archive} @ns").ErrorId());
            Assert.Equal("Bound", Text($"New-PersistentVolumeClaim copy 8Mi @ns | Out-Null; Import-Volume copy {archive} @ns -Confirm:$false -PassThru | ForEach-Object Status"));
        }
        finally
        {
            File.Delete(archive);
        }
        Assert.Equal("writer", Text("(Get-Pod @ns).Name"));
        cluster.Run("""
            @'
            apiVersion: v1
            kind: Pod
            metadata: {name: reader, namespace: storage}
            spec:
              restartPolicy: Never
              containers:
              - name: c
                image: host
                command: [cat, data/link]
                volumeMounts: [{name: data, mountPath: data}]
              volumes: [{name: data, persistentVolumeClaim: {claimName: copy}}]
            '@ | Publish-Manifest; Wait-ClusterResource pod reader @ns -For 'jsonpath={.status.phase}=Succeeded' -Timeout 60
            """).Succeeded();
        Assert.Equal("precious", Text("Get-PodLog reader @ns"));

        cluster.Run("Resize-PersistentVolumeClaim data 16Mi @ns; Wait-ClusterResource pvc data @ns -For 'jsonpath={.status.capacity.storage}=16Mi' -Timeout 60").Succeeded();
        Assert.Equal("16Mi", Text("(Get-PersistentVolumeClaim data @ns).Capacity"));
        cluster.Run("Remove-Pod writer, reader @ns -Wait -Timeout 60; Remove-PersistentVolumeClaim data, copy @ns -Wait -Timeout 60; Remove-StorageClass quick").Succeeded();
    }

    [Fact]
    public void PersistentVolume_OfAFolder_IsClaimedByName()
    {
        cluster.Run("New-Namespace manual; $ns = @{ Namespace = 'manual' }").Succeeded();
        Assert.Equal("1Gi RWX", Text("New-PersistentVolume shared 1Gi -HostPath /tmp -AccessMode ReadWriteMany | ForEach-Object { \"$($_.Capacity) $($_.AccessModes)\" }"));
        cluster.Run("New-PersistentVolumeClaim mine 1Gi @ns -AccessMode ReadWriteMany -StorageClass '' -VolumeName shared; Wait-ClusterResource pvc mine @ns -For 'jsonpath={.status.phase}=Bound' -Timeout 60").Succeeded();
        Assert.Equal("manual/mine", Text("(Get-PersistentVolume shared).Claim"));
        cluster.Run("Remove-PersistentVolumeClaim mine @ns -Wait -Timeout 60; Wait-ClusterResource pv shared -For 'jsonpath={.status.phase}=Released' -Timeout 60; Remove-PersistentVolume shared -Wait -Timeout 60").Succeeded();
    }

    private string Text(string script) => Assert.Single(cluster.Run(script).Succeeded()).ToString();
}
