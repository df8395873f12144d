@{
    RootModule           = 'module/Orchestrator.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0c3c58-6f86-4f0e-9b1a-1d1d1c5b7c3e'
    Author               = 'The Orchestrator authors'
    CompanyName          = 'The Orchestrator authors'
    Copyright            = 'Copyright (c) The Orchestrator authors. MIT licence.'
    Description          = 'A container orchestrator for PowerShell: the Kubernetes API, local clusters without Docker, and cmdlets for the pipeline.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('module/Orchestrator.Format.ps1xml')
    TypesToProcess       = @('module/Orchestrator.Types.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
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
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Kubernetes', 'Containers', 'Orchestration', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
