#!/usr/bin/env pwsh
<#
.SYNOPSIS
A provisioner of the exec kind: each volume is a folder below one that every node reaches, such as a mounted share.
.DESCRIPTION
Put it into the agents' folder of provisioners (--provisioner-root) and name it in a StorageClass:

    New-StorageClass share -Provisioner exec.orchestrator.dev -Parameter program=folder.ps1, root=/mnt/share, scope=cluster

It reads one request as JSON from standard input and writes one answer as JSON to standard output; docs/storage.md has the contract.
Every operation may be asked again after it was done.
#>
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# Of .NET alone, so that it runs on any PowerShell, the shell of the checkout included.
function ConvertTo-Answer([hashtable] $Value) {
    $options = [System.Text.Json.JsonSerializerOptions]::new()
    [Console]::Out.Write([System.Text.Json.JsonSerializer]::Serialize($Value, [hashtable], $options))
}

try {
    $request = [System.Text.Json.Nodes.JsonNode]::Parse([Console]::In.ReadToEnd())
    if ([int] $request['version'] -ne 1) { throw "version $($request['version']) of the contract is not known here" }
    $operation = [string] $request['operation']
    $root = [string] $request['volume']['parameters']['root']
    if (-not [IO.Path]::IsPathRooted($root)) { throw "parameters[root]: '$root' is not an absolute path" }
    # What context says wins: a volume stays where it was made, whatever becomes of the class.
    $known = $request['volume']['context']['folder']
    $folder = if ($known) { [string] $known } else { [IO.Path]::Combine($root, [string] $request['volume']['handle']) }

    switch ($operation) {
        'provision' {
            $null = [IO.Directory]::CreateDirectory($folder)
            ConvertTo-Answer @{ context = @{ folder = $folder } }
        }
        'mount' {
            if (-not [IO.Directory]::Exists($folder)) { throw "$folder does not exist" }
            ConvertTo-Answer @{ path = $folder }
        }
        'delete' {
            if ([IO.Directory]::Exists($folder)) { [IO.Directory]::Delete($folder, $true) }
            ConvertTo-Answer @{}
        }
        # Nothing is to be done for a folder, but it is no fault to be asked.
        { $_ -in 'attach', 'detach', 'unmount', 'expand' } { ConvertTo-Answer @{} }
        default { throw "operation '$operation' is not known" }
    }
}
catch {
    ConvertTo-Answer @{ error = @{ reason = 'ProgramFailed'; message = $_.Exception.Message } }
    exit 1
}
