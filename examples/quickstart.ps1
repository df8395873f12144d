<#
.SYNOPSIS
A cluster, an application, a rollout under load, and all of it gone again: ./orch examples/quickstart.ps1
.DESCRIPTION
Needs neither Docker nor pwsh. Everything lives in artifacts/quickstart. Each step checks its outcome: exit code 0 means that all of it happened.
#>
[CmdletBinding()]
param(
    # Leaves the cluster running at the end, for a look around.
    [switch] $Keep
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$watch = [Diagnostics.Stopwatch]::StartNew()
$root = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..'))
$manifest = [IO.Path]::Combine($root, 'Orchestrator.psd1')
$place = [IO.Path]::Combine($root, 'artifacts', 'quickstart')
$guestbook = @{ Namespace = 'guestbook' }

function Step([string] $Text) { Write-Host ('[{0,5:0.0} s] {1}' -f $watch.Elapsed.TotalSeconds, $Text) }
function Assert([bool] $Condition, [string] $Otherwise) { if (-not $Condition) { throw $Otherwise } }
function Get-ReadyPod { @(Get-Pod @guestbook -Selector app=guestbook | Where-Object IsReady) }

# Looks anew at each change of the pods, until they are as the test says.
function Wait-Pods([scriptblock] $Test) {
    if (& $Test) { return }
    $null = Watch-ClusterResource Pod @guestbook -Timeout 30s | Where-Object { & $Test } | Select-Object -First 1
    Assert (& $Test) "The pods did not come to be as expected: $((Get-Pod @guestbook | ForEach-Object { "$($_.Name) $($_.Status)" }) -join ', ')"
}

# The sample application as two images of the process runtime: a folder each, with an image.json that says how to start it.
function Publish-GuestbookImage([string] $Images) {
    $source = [IO.Path]::Combine($PSScriptRoot, 'apps', 'guestbook')
    $built = [IO.Path]::Combine($root, 'artifacts', 'guestbook')
    $stamp = [IO.Path]::Combine($built, '.built')
    $newest = [IO.Directory]::GetFiles($source, '*', 'AllDirectories') | ForEach-Object { [IO.File]::GetLastWriteTimeUtc($_) } | Sort-Object -Descending | Select-Object -First 1
    if (-not [IO.File]::Exists($stamp) -or [IO.File]::GetLastWriteTimeUtc($stamp) -lt $newest) {
        & dotnet publish ([IO.Path]::Combine($source, 'guestbook.csproj')) --configuration Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true --output $built --verbosity quiet --nologo | Out-Host
        Assert ($LASTEXITCODE -eq 0) "The sample application can't be built."
        [IO.File]::WriteAllText($stamp, '')
    }

    $program = if ([Environment]::OSVersion.Platform -eq 'Win32NT') { 'guestbook.exe' } else { 'guestbook' }
    foreach ($version in 'v1', 'v2') {
        $image = [IO.Path]::Combine($Images, 'guestbook', $version)
        $null = [IO.Directory]::CreateDirectory($image)
        foreach ($file in [IO.Directory]::GetFiles($built)) { [IO.File]::Copy($file, [IO.Path]::Combine($image, [IO.Path]::GetFileName($file)), $true) }
        $json = '{{ "entrypoint": ["{0}"], "cmd": [], "env": {{ "VERSION": "{1}" }} }}' -f $program, $version
        [IO.File]::WriteAllText([IO.Path]::Combine($image, 'image.json'), $json)
    }
}

# Requests without a pause, to whatever pods are ready, in a runspace of its own; $State counts them.
$load = {
    param($Manifest, $State)
    Import-Module $Manifest
    $http = [Net.Http.HttpClient]::new()
    $http.Timeout = [TimeSpan]::FromSeconds(5)
    while (-not $State.Stop) {
        foreach ($pod in Get-Pod -Namespace guestbook -Selector app=guestbook | Where-Object IsReady) {
            try {
                $page = $http.GetStringAsync("http://$($pod.IP):8080/").GetAwaiter().GetResult()
                $State.Served++
                foreach ($version in 'v1', 'v2') { if ($page.Contains($version)) { $State[$version]++ } }
            }
            catch { $State.Failures.Add("$($pod.Name): $($_.Exception.GetBaseException().Message)") }
        }
    }
}

$http = $null
$runner = $null
$state = [hashtable]::Synchronized(@{ Stop = $false; Served = 0; v1 = 0; v2 = 0; Failures = [Collections.Generic.List[string]]::new() })
$failed = $false
try {
    Step 'Building what is not built'
    & ([IO.Path]::Combine($root, 'build.ps1')) -Task Build
    Import-Module $manifest

    if (Get-LocalCluster -Path $place -ErrorAction Ignore) {
        Step 'Clearing away what an earlier run left'
        Stop-LocalCluster -Path $place -Remove
    }

    Step 'Starting a controller and two nodes'
    $cluster = Start-LocalCluster -Path $place -Nodes 2
    $cluster | Out-Host
    Get-Node | Out-Host
    Assert (@(Get-Node | Where-Object Status -EQ 'Ready').Count -eq 2) 'Two nodes should be ready.'
    Publish-GuestbookImage $cluster.Images

    Step 'Publishing the guestbook from YAML'
    $published = @(Publish-Manifest ([IO.Path]::Combine($PSScriptRoot, 'guestbook')))
    $published | Out-Host
    Assert ($published.Count -eq 4) 'Namespace, ConfigMap, Secret and Deployment should have been published.'
    Wait-Deployment guestbook @guestbook -Timeout 30s
    Get-Pod @guestbook | Out-Host
    Assert ((Get-ReadyPod).Count -eq 3) 'Three pods should be ready.'

    Step 'Reading the page of every pod'
    $http = [Net.Http.HttpClient]::new()
    foreach ($pod in Get-ReadyPod) {
        $page = $http.GetStringAsync("http://$($pod.IP):8080/").GetAwaiter().GetResult()
        Assert ($page.Contains($pod.Name)) "The page of $($pod.Name) should show its name."
        Assert ($page.Contains('v1')) "The page of $($pod.Name) should show version v1."
        Assert ($page.Contains('Hello from the guestbook')) "The page of $($pod.Name) should show the greeting of the ConfigMap."
        Assert ($page.Contains('<dd id="has-secret">true</dd>')) "The page of $($pod.Name) should say that it read the Secret."
        Write-Host "  $($pod.Name) at $($pod.IP) answers"
    }

    Step 'Publishing the same again changes nothing'
    $again = @(Publish-Manifest ([IO.Path]::Combine($PSScriptRoot, 'guestbook', '03-deployment.yaml')))
    Assert ($again[0].Action -eq 'unchanged') "The Deployment should be unchanged, it is $($again[0].Action)."

    Step 'Scaling to five'
    $scaled = Set-DeploymentReplicas guestbook 5 @guestbook -Wait -Timeout 30s -PassThru
    $scaled | Out-Host
    Assert ($scaled.Ready -eq '5/5') "Five of five should be ready, it is $($scaled.Ready)."

    Step 'Rolling to version 2 while requests keep coming'
    $runner = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $runner.AddScript($load).AddArgument($manifest).AddArgument($state)
    $running = $runner.BeginInvoke()
    Set-DeploymentImage guestbook guestbook:v2 @guestbook -ChangeCause 'version 2' -Wait -Timeout 60s
    $state.Stop = $true
    $null = $runner.EndInvoke($running)
    Write-Host "  $($state.Served) requests, $($state.v1) answered by v1, $($state.v2) by v2, $($state.Failures.Count) failed"
    Assert ($state.Failures.Count -eq 0) "No request should fail: $($state.Failures -join '; ')"
    Assert ($state.v1 -gt 0 -and $state.v2 -gt 0) 'Both versions should have answered.'
    Assert (-not $runner.HadErrors) "The load ran into errors: $($runner.Streams.Error -join '; ')"
    Get-DeploymentHistory guestbook @guestbook | Out-Host

    Step 'Rolling back'
    Undo-Deployment guestbook @guestbook -Wait -Timeout 60s
    foreach ($pod in Get-ReadyPod) {
        $page = $http.GetStringAsync("http://$($pod.IP):8080/").GetAwaiter().GetResult()
        Assert ($page.Contains('v1')) "$($pod.Name) should be at version v1 again."
    }

    Step 'Removing two pods by label; they come back'
    Wait-Pods { (Get-ReadyPod).Count -eq 5 }
    $gone = @(Get-Pod @guestbook | Where-Object IsReady | Select-ByLabel 'app=guestbook,tier in (front,edge)' | Select-Object -First 2)
    Assert ($gone.Count -eq 2) 'Two pods should fit the selector.'
    $gone | Remove-Pod -Wait -Timeout 30s
    Wait-Pods { $ready = @(Get-ReadyPod | ForEach-Object Name); $ready.Count -eq 5 -and $ready -notcontains $gone[0].Name -and $ready -notcontains $gone[1].Name }
    Get-Pod @guestbook | Out-Host

    Step 'Reading logs'
    $pod = (Get-ReadyPod)[0]
    $log = @($pod | Get-PodLog -Tail 3)
    $log | ForEach-Object { Write-Host "  $_" }
    Assert ($log.Count -gt 0) "$($pod.Name) should have written something."

    Step 'Reading events'
    $events = @(Get-ClusterEvent @guestbook)
    $events | Select-Object -Last 8 | Out-Host
    Assert (@($events | Where-Object Reason -EQ 'ScalingReplicaSet').Count -gt 0) 'The rollouts should have left events.'
}
catch {
    $failed = $true
    $Host.UI.WriteErrorLine("quickstart: $($_.Exception.Message)")
    $Host.UI.WriteErrorLine($_.ScriptStackTrace)
    if (Get-Command Get-Pod -ErrorAction Ignore) {
        Get-Pod -AllNamespaces -ErrorAction Ignore | Out-Host
        Get-ClusterEvent -AllNamespaces -ErrorAction Ignore | Select-Object -Last 20 | Out-Host
    }
}
finally {
    $state.Stop = $true
    if ($runner) { $runner.Dispose() }
    if ($http) { $http.Dispose() }
    if (-not $Keep -and [IO.File]::Exists([IO.Path]::Combine($place, 'cluster.json'))) {
        Step 'Stopping the cluster'
        Stop-LocalCluster -Path $place -Remove:(-not $failed)
        if ($failed) { Write-Host "  its logs are in $([IO.Path]::Combine($place, 'logs'))" }
    }
}

if ($failed) { exit 1 }
Assert ($Keep -or -not [IO.Directory]::Exists($place)) 'The cluster should be gone.'
Step 'All of it happened.'
