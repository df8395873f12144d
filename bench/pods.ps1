<#
.SYNOPSIS
Times Publish-Manifest of three pods until all run, and the bare start of their processes, in turns. Prints "over <milliseconds>" a round.
#>
param([int] $Rounds = 7)
$ErrorActionPreference = 'Stop'
Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', 'Orchestrator.psd1'))
$folder = [System.IO.Directory]::CreateTempSubdirectory('bench-').FullName
$null = Start-LocalCluster -Name bench-pods -Path $folder
try {
    foreach ($round in 0..$Rounds) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $bare = foreach ($i in 1..3) { [System.Diagnostics.Process]::Start('/bin/sh', [string[]]@('-c', 'exec sleep 1000')) }
        $bareTime = $watch.Elapsed.TotalMilliseconds
        $bare | ForEach-Object { $_.Kill(); $_.WaitForExit() }
        $pods = foreach ($i in 1..3) {
            "apiVersion: v1`nkind: Pod`nmetadata: {name: bench-$round-$i, labels: {bench: '$round'}}`nspec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: host, command: [sleep, '1000']}]}`n---`n"
        }
        $watch.Restart()
        $null = -join $pods | Publish-Manifest
        while (@(Get-Pod -Selector "bench=$round" -FieldSelector status.phase=Running).Count -lt 3) {
            if ($watch.Elapsed.TotalSeconds -gt 30) { throw 'the pods never ran' }
        }
        $time = $watch.Elapsed.TotalMilliseconds
        # The first round warms everything up and doesn't count.
        if ($round -gt 0) { "over $(($time - $bareTime).ToString([cultureinfo]::InvariantCulture))" }
        Get-Pod -Selector "bench=$round" | Remove-Pod -Confirm:$false
    }
}
finally {
    Stop-LocalCluster -Name bench-pods -Path $folder -Remove -Confirm:$false
}
