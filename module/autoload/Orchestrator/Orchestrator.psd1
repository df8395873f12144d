# Lets a checkout, whatever its folder is called, be found by name: orch puts module/autoload on PSModulePath. It only imports the module proper.
@{
    RootModule        = 'Orchestrator.psm1'
    ModuleVersion     = '0.1.0'
    GUID              = 'd4b27a1c-0a53-4b5e-8c7f-5e1f1c0d2a91'
    Author            = 'The Orchestrator authors'
    Description       = 'Imports the Orchestrator module of this checkout.'
    PowerShellVersion = '7.6'
    FunctionsToExport = @()
    VariablesToExport = @()
    CmdletsToExport      = @(
        'Add-Label', 'Add-Taint', 'Backup-Cluster', 'Connect-Cluster', 'Copy-PodItem', 'Enter-Pod',
        'Get-ClusterContext', 'Get-ClusterEvent', 'Get-ClusterJob', 'Get-ClusterResource', 'Get-ClusterSecret', 'Get-ClusterService', 'Get-ConfigMap',
        'Get-PersistentVolume', 'Get-PersistentVolumeClaim', 'Get-StorageClass', 'New-PersistentVolume', 'New-PersistentVolumeClaim', 'New-StorageClass', 'Remove-PersistentVolume', 'Remove-PersistentVolumeClaim', 'Remove-StorageClass', 'Resize-PersistentVolumeClaim', 'Export-Volume', 'Import-Volume', 'Get-VolumeUsage',
        'Get-CronJob', 'Get-DisruptionBudget', 'Get-StatefulSet', 'Get-Autoscaler', 'Get-DaemonSet',
        'Get-Deployment', 'Get-DeploymentHistory', 'Get-Endpoint', 'Get-LocalCluster', 'Get-Namespace', 'Get-Node', 'Get-Pod', 'Get-PodLog', 'Get-ReplicaSet',
        'Invoke-PodCommand', 'Measure-Node', 'Measure-Pod',
        'New-Autoscaler', 'New-ClusterJob', 'New-ClusterSecret', 'New-ClusterService', 'New-ConfigMap', 'New-CronJob', 'New-DaemonSet', 'New-Deployment', 'New-DisruptionBudget', 'New-JoinToken', 'New-Namespace', 'New-Pod', 'New-StatefulSet',
        'Publish-Manifest',
        'Remove-Autoscaler', 'Remove-ClusterJob', 'Remove-ClusterResource', 'Remove-ClusterService', 'Remove-CronJob', 'Remove-Deployment', 'Remove-DisruptionBudget', 'Remove-Label', 'Remove-Pod',
        'Remove-DaemonSet', 'Remove-StatefulSet', 'Remove-Taint',
        'Resolve-ClusterName', 'Restore-Cluster', 'Restart-ClusterJob', 'Restart-CronJob', 'Restart-DaemonSet', 'Restart-Deployment', 'Restart-Pod', 'Restart-StatefulSet', 'Resume-CronJob', 'Resume-Deployment', 'Resume-Node',
        'Select-ByLabel', 'Set-Autoscaler', 'Set-ClusterService', 'Set-DeploymentImage', 'Set-DeploymentReplicas', 'Set-DisruptionBudget', 'Set-StatefulSetReplicas',
        'Start-CronJob', 'Start-LocalCluster', 'Start-PodPortForward', 'Stop-LocalCluster', 'Suspend-CronJob', 'Suspend-Deployment', 'Suspend-Node', 'Test-ClusterConnection', 'Test-PodPlacement', 'Undo-Deployment', 'Update-ClusterEncryptionKey', 'Use-ClusterContext',
        'Wait-ClusterJob', 'Wait-ClusterResource', 'Wait-CronJob', 'Wait-DaemonSet', 'Wait-Deployment', 'Wait-StatefulSet', 'Watch-ClusterResource'
    )
    AliasesToExport   = @()
}
