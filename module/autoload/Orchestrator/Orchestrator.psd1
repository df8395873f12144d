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
    AliasesToExport   = @()
}
