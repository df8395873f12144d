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
        'Add-Label', 'Connect-Cluster',
        'Get-ClusterContext', 'Get-ClusterEvent', 'Get-ClusterResource', 'Get-ClusterSecret', 'Get-ConfigMap',
        'Get-Deployment', 'Get-DeploymentHistory', 'Get-LocalCluster', 'Get-Namespace', 'Get-Node', 'Get-Pod', 'Get-PodLog', 'Get-ReplicaSet',
        'New-ClusterSecret', 'New-ConfigMap', 'New-Deployment', 'New-JoinToken', 'New-Namespace', 'New-Pod',
        'Publish-Manifest',
        'Remove-ClusterResource', 'Remove-Deployment', 'Remove-Label', 'Remove-Pod',
        'Select-ByLabel', 'Set-DeploymentImage', 'Set-DeploymentReplicas',
        'Start-LocalCluster', 'Stop-LocalCluster', 'Undo-Deployment', 'Use-ClusterContext',
        'Wait-ClusterResource', 'Wait-Deployment', 'Watch-ClusterResource'
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
