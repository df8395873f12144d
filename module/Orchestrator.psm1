# The cmdlets and what they need (KubernetesClient, YamlDotNet) live in a load context of their own, so that other modules may bring theirs.
$ErrorActionPreference = 'Stop'

$loader = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'loader', 'Orchestrator.Loader.dll')
if (-not [System.IO.File]::Exists($loader)) {
    throw [System.IO.FileNotFoundException]::new('The module is not built yet. In the checkout run: ./orch build.ps1 -Task Build', $loader)
}

if (-not ('Orchestrator.Loader.ModuleLoadContext' -as [type])) {
    $null = [System.Reflection.Assembly]::LoadFrom($loader)
}

$cmdlets = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'cmdlets', 'Orchestrator.Cmdlets.dll')
$nested = Import-Module -Assembly ([Orchestrator.Loader.ModuleLoadContext]::LoadModule($cmdlets)) -PassThru

# An assembly that was imported before (Import-Module -Force) comes out of the engine's cache without its cmdlets: hand them on.
$module = $ExecutionContext.SessionState.Module
if ($module.ExportedCmdlets.Count -eq 0) {
    $export = [System.Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags] 'Instance, NonPublic')
    foreach ($cmdlet in $nested.ExportedCmdlets.Values) { $null = $export.Invoke($module, @(, $cmdlet)) }
}
