<#
.SYNOPSIS
A guestbook in three tiers on Docker: published, scaled, rolled, broken in four ways and healed: ./orch examples/tiers/tiers.ps1
.DESCRIPTION
Works on the cluster of the current context, whose nodes run containers. Makes its images on this machine, which takes docker's command line and Debian
(see make-images.sh). Each step checks its outcome: exit code 0 means that all of it happened.
#>
[CmdletBinding()]
param(
    # The engines of the nodes, with commas between, as DOCKER_HOST would say them; without it the machine's own.
    [string] $DockerHost = '',

    # Leaves the guestbook running at the end, for a look around.
    [switch] $Keep
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$watch = [Diagnostics.Stopwatch]::StartNew()
$root = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', '..'))
$manifest = [IO.Path]::Combine($root, 'Orchestrator.psd1')
$tiers = @{ Namespace = 'tiers' }

function Step([string] $Text) { Write-Host ('[{0,5:0.0} s] {1}' -f $watch.Elapsed.TotalSeconds, $Text) }
function Assert([bool] $Condition, [string] $Otherwise) { if (-not $Condition) { throw $Otherwise } }

# Looks until it is so; what it last was is told when it never is.
function Wait-Until([string] $What, [scriptblock] $Test, [int] $Seconds = 60) {
    $limit = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Test)) {
        Assert ($limit.Elapsed.TotalSeconds -lt $Seconds) "It never came to this: $What."
        [Threading.Thread]::Sleep(100)
    }
}

function Get-ReadyPod([string] $App) { @(Get-Pod @tiers -Selector "app=$App" | Where-Object IsReady) }

# The hop that fails first on the way from a pod of one tier to the service of the next; nothing when all is well.
function Get-FirstFault([string] $From, [string] $Service) {
    $pod = Get-Pod @tiers -Selector "app=$From" | Where-Object Status -EQ 'Running' | Select-Object -First 1
    Test-ClusterConnection $Service @tiers -FromPod $pod.Name | Where-Object Result -EQ 'Failed' | Select-Object -First 1
}

function Publish-Image([string] $Engines) {
    $published = [IO.Path]::Combine($root, 'artifacts', 'tiers')
    & dotnet publish ([IO.Path]::Combine($root, 'examples', 'apps', 'tiers', 'tiers.csproj')) --configuration Release --output $published --verbosity quiet --nologo | Out-Host
    Assert ($LASTEXITCODE -eq 0) "The application can't be built."
    $names = @($Engines.Split(',') | Where-Object { $_ })
    & sh ([IO.Path]::Combine($PSScriptRoot, 'make-images.sh')) $published @names | Out-Host
    Assert ($LASTEXITCODE -eq 0) "The images can't be made."
}

# What the front answers: its status code and its page.
function Get-Page([string] $Sign) {
    $answer = if ($Sign) { $http.PostAsync($page, [Net.Http.StringContent]::new($Sign)).GetAwaiter().GetResult() } else { $http.GetAsync($page).GetAwaiter().GetResult() }
    [pscustomobject]@{ Code = [int]$answer.StatusCode; Text = $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult() }
}

# Requests without a pause, in a runspace of its own, a connection each; $State counts them.
$load = {
    param($Pages, $State)
    $handler = [Net.Http.SocketsHttpHandler]::new()
    $handler.PooledConnectionLifetime = [TimeSpan]::Zero
    $client = [Net.Http.HttpClient]::new($handler)
    $client.Timeout = [TimeSpan]::FromSeconds(10)
    while (-not $State.Stop) {
        foreach ($one in $Pages) {
            try {
                $answer = $client.GetAsync($one).GetAwaiter().GetResult()
                $text = $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()
                if ($answer.IsSuccessStatusCode) { $State.Served++; $State[@($answer.Headers.GetValues('X-Version'))[0]]++ }
                else { $State.Failures.Add("$([int]$answer.StatusCode) $text") }
            }
            catch { $State.Failures.Add($_.Exception.GetBaseException().Message) }
        }
    }
}

# Does something while requests keep coming, none of which may fail.
function Invoke-UnderLoad([scriptblock] $Work) {
    $state = [hashtable]::Synchronized(@{ Stop = $false; Served = 0; v1 = 0; v2 = 0; Failures = [Collections.Generic.List[string]]::new() })
    $runner = [powershell]::Create([initialsessionstate]::CreateDefault2())
    try {
        $null = $runner.AddScript($load).AddArgument($pages).AddArgument($state)
        $running = $runner.BeginInvoke()
        Wait-Until 'requests are answered' { $state.Served -gt 10 }
        & $Work
        $served = $state.Served
        Wait-Until 'requests are answered afterwards' { $state.Served -gt $served + 10 -or $state.Failures.Count -gt 0 }
        $state.Stop = $true
        $null = $runner.EndInvoke($running)
        Write-Host "  $($state.Served) requests, $($state.v1) answered by v1, $($state.v2) by v2, $($state.Failures.Count) failed"
        Assert ($state.Failures.Count -eq 0) "No request should fail: $($state.Failures -join '; ')"
        Assert (-not $runner.HadErrors) "The load ran into errors: $($runner.Streams.Error -join '; ')"
    }
    finally {
        $state.Stop = $true
        $runner.Dispose()
    }
    $state
}

$failed = $false
$http = $null
try {
    Import-Module $manifest
    Step 'Making the images'
    Publish-Image $DockerHost

    Step 'Publishing the three tiers'
    Publish-Manifest ([IO.Path]::Combine($PSScriptRoot, 'tiers.yaml')) | Out-Host
    Wait-StatefulSet store @tiers -Timeout 120s
    Wait-Deployment api, front @tiers -Timeout 120s
    Get-Pod @tiers | Out-Host
    Get-ClusterService @tiers | Out-Host

    $pages = @(Get-Node | Where-Object Status -EQ 'Ready' | ForEach-Object { "http://$($_.InternalIP):30180/" })
    $page = $pages[0]
    $handler = [Net.Http.SocketsHttpHandler]::new()
    $handler.PooledConnectionLifetime = [TimeSpan]::Zero
    $http = [Net.Http.HttpClient]::new($handler)
    Wait-Until 'the front is published' { try { (Get-Page).Code -eq 200 } catch { $false } } 20

    Step 'Signing and reading'
    Assert ((Get-Page 'first & <foremost>').Code -eq 201) 'The guestbook should take an entry.'
    Assert ((Get-Page).Text.Contains('<li>first &amp; &lt;foremost&gt;</li>')) 'The page should show the entry, and not as markup.'
    Assert ((Get-Page ' ').Code -eq 400) 'An empty entry should be refused.'
    foreach ($way in ('front', 'api'), ('api', 'store')) {
        $name = Resolve-ClusterName $way[1] @tiers -FromPod @(Get-ReadyPod $way[0])[0].Name
        Assert ("$($name.Address)" -eq (Get-ClusterService $way[1] @tiers).ClusterIP) "$($way[1]) should resolve to its address."
        Assert (Test-ClusterConnection $way[1] @tiers -FromPod @(Get-ReadyPod $way[0])[0].Name -Quiet) "$($way[0]) should reach $($way[1])."
    }

    Step 'Scaling under load'
    $null = Invoke-UnderLoad {
        Set-DeploymentReplicas api 4 @tiers -Wait -Timeout 120s
        Set-DeploymentReplicas front 3 @tiers -Wait -Timeout 120s
        Wait-Until 'all of the API is behind its service' { @(Get-Endpoint api @tiers | Where-Object Ready).Count -eq 4 }
        Set-DeploymentReplicas api 2 @tiers -Wait -Timeout 120s
    }

    Step 'Rolling front and API to version 2 under load'
    $state = Invoke-UnderLoad {
        Set-DeploymentImage api tiers:v2 @tiers -Wait -Timeout 180s
        Set-DeploymentImage front tiers:v2 @tiers -Wait -Timeout 180s
        Wait-Until 'all fronts are ready' { @(Get-ReadyPod front).Count -eq 3 }
    }
    Assert ($state.v1 -gt 0 -and $state.v2 -gt 0) 'Both versions should have answered.'

    Step 'Broken: an image that is not there; what runs goes on, and the change is undone'
    $null = Invoke-UnderLoad {
        Set-DeploymentImage api tiers:v3 @tiers
        Wait-Until 'the image is missed' { @(Get-Pod @tiers -Selector app=api | Where-Object Status -Match 'ErrImagePull|ImagePullBackOff').Count -gt 0 }
        Undo-Deployment api @tiers -Wait -Timeout 120s
    }

    Step 'Broken: the service of the API leads nowhere'
    Set-ClusterService api @tiers -PodLabel @{ app = 'nobody' }
    Wait-Until 'the front says so' { (Get-Page).Code -eq 502 }
    $fault = Get-FirstFault front api
    $fault | Out-Host
    Assert ($fault.Hop -eq 'Endpoints' -and $fault.Detail -match 'app=nobody') "The endpoints should be what is missing: $fault"
    Set-ClusterService api @tiers -PodLabel @{ app = 'api' }
    Wait-Until 'the page is back' { (Get-Page).Code -eq 200 } 20
    Assert (-not (Get-FirstFault front api)) 'The way to the API should be whole again.'

    Step 'Broken: the service of the store has a wrong port'
    Set-ClusterService store @tiers -Port redis=6379:6380
    Wait-Until 'the API takes itself out' { @(Get-ReadyPod api).Count -eq 0 }
    $fault = Get-FirstFault api store
    $fault | Out-Host
    Assert ($fault.Hop -eq 'Endpoint' -and $fault.Detail -match 'refused') "The endpoint should be what refuses: $fault"
    $fault = Get-FirstFault front api
    Assert ($fault.Hop -eq 'Endpoints') "No endpoint of the API should be ready: $fault"
    Set-ClusterService store @tiers -Port redis=6379:redis
    Wait-Until 'the API is back' { @(Get-ReadyPod api).Count -eq 2 }
    Wait-Until 'the page is back' { (Get-Page).Code -eq 200 } 20

    Step 'Broken: the store is killed; it comes back with what it had'
    Assert ((Get-Page 'last').Code -eq 201) 'The guestbook should take another entry.'
    $uid = (Get-Pod store-0 @tiers).Object.Metadata.Uid
    Remove-Pod store-0 @tiers -Force -Confirm:$false
    Wait-Until 'another store is ready' { $now = Get-Pod store-0 @tiers -ErrorAction Ignore; $now -and $now.IsReady -and $now.Object.Metadata.Uid -ne $uid } 120
    Wait-Until 'the page is back' { (Get-Page).Code -eq 200 }
    $text = (Get-Page).Text
    Assert ($text.Contains('first &amp;') -and $text.Contains('<li>last</li>')) 'Both entries should have stayed.'
    Get-ClusterEvent @tiers | Select-Object -Last 5 | Out-Host
}
catch {
    $failed = $true
    $Host.UI.WriteErrorLine("tiers: $($_.Exception.Message)")
    $Host.UI.WriteErrorLine($_.ScriptStackTrace)
    if (Get-Command Get-Pod -ErrorAction Ignore) {
        Get-Pod @tiers -ErrorAction Ignore | Out-Host
        Get-ClusterService @tiers -ErrorAction Ignore | Out-Host
        Get-Endpoint store, api, front @tiers -ErrorAction Ignore | Out-Host
        Test-ClusterConnection store, api @tiers -ErrorAction Ignore | Out-Host
        Get-ClusterEvent @tiers -ErrorAction Ignore | Select-Object -Last 20 | Out-Host
    }
}
finally {
    if ($http) { $http.Dispose() }
    if (-not $Keep -and (Get-Command Remove-ClusterResource -ErrorAction Ignore)) {
        Step 'Clearing away'
        Remove-ClusterResource Namespace tiers -Wait -Timeout 120s -Confirm:$false -ErrorAction Ignore
    }
}

if ($failed) { exit 1 }
Step 'All of it happened.'
