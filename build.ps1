<#
.SYNOPSIS
Builds, tests, measures and packs the checkout: ./orch build.ps1 -Task Build|Test|Bench|Package
.DESCRIPTION
Runs on PowerShell 7.6 and on the bare engine of src/Shell alike, so it uses .NET where PowerShell's own commands are in other packages.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Bench', 'Package')]
    [string] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    # Test: part of a test's full name, or an xunit query that starts with '/'. Bench: handed on to the programs.
    [string] $Filter
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$bin = [IO.Path]::Combine($root, 'module', 'bin')

function Join([string[]] $Parts) { [IO.Path]::Combine([string[]] (@($root) + $Parts)) }

function Invoke-Dotnet {
    & dotnet @args | Out-Host
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE." }
}

function Get-Newest([string[]] $Paths) {
    $newest = [DateTime]::MinValue
    foreach ($path in $Paths) {
        $entries = @($path)
        # Folders count too: their time changes when a file in them goes away.
        if ([IO.Directory]::Exists($path)) { $entries += [IO.Directory]::GetFileSystemEntries($path, '*', 'AllDirectories') }
        foreach ($entry in $entries) {
            $time = [IO.File]::GetLastWriteTimeUtc($entry)
            if ($time -gt $newest) { $newest = $time }
        }
    }
    $newest
}

function Publish-Part([string] $Name, [string] $Project, [string[]] $Sources) {
    $target = [IO.Path]::Combine($bin, $Name)
    $stamp = [IO.Path]::Combine($target, '.built')
    $inputs = @($Sources) + 'Directory.Build.props', 'Directory.Packages.props', 'global.json'
    $newest = Get-Newest ($inputs | ForEach-Object { Join $_ })
    if ([IO.File]::Exists($stamp) -and [IO.File]::GetLastWriteTimeUtc($stamp) -gt $newest -and [IO.File]::ReadAllText($stamp) -eq $Configuration) { return }

    $Host.UI.WriteLine("Building $Name…")
    $started = [DateTime]::UtcNow
    $next = [IO.Path]::Combine($bin, ".$Name.next")
    if ([IO.Directory]::Exists($next)) { [IO.Directory]::Delete($next, $true) }
    Invoke-Dotnet publish (Join $Project) --configuration $Configuration --use-current-runtime --no-self-contained --output $next `
        --verbosity quiet --nologo "-p:PublishReadyToRun=$($Configuration -eq 'Release')"
    [IO.File]::WriteAllText([IO.Path]::Combine($next, '.built'), $Configuration)
    [IO.File]::SetLastWriteTimeUtc([IO.Path]::Combine($next, '.built'), $started)

    # Swapped in whole: processes that run keep the files they have open.
    if ([IO.Directory]::Exists($target)) { [IO.Directory]::Delete($target, $true) }
    [IO.Directory]::Move($next, $target)
}

function Invoke-Build {
    $null = [IO.Directory]::CreateDirectory($bin)
    Publish-Part loader 'src/Loader/Orchestrator.Loader.csproj' 'src/Loader'
    Publish-Part cmdlets 'src/Cmdlets/Orchestrator.Cmdlets.csproj' 'src/Cmdlets', 'src/Model'
    Publish-Part controller 'src/Controller/Orchestrator.Controller.csproj' 'src/Controller', 'src/Model'
    Publish-Part agent 'src/Agent/Orchestrator.Agent.csproj' 'src/Agent', 'src/Model'
}

function Get-Project([string[]] $Folders) {
    foreach ($folder in $Folders) {
        $path = Join $folder
        if ([IO.Directory]::Exists($path)) { [IO.Directory]::GetFiles($path, '*.csproj', 'AllDirectories') }
    }
}

# One solution of all there is, written anew each time, so that no project is ever left out of it.
function Build-Everything {
    $projects = Get-Project src, tests, bench, examples | ForEach-Object { "  <Project Path=`"$([Security.SecurityElement]::Escape($_))`" />" }
    $solution = Join artifacts, All.slnx
    $null = [IO.Directory]::CreateDirectory((Join artifacts))
    [IO.File]::WriteAllLines($solution, [string[]] (@('<Solution>') + $projects + '</Solution>'))
    Invoke-Dotnet build $solution --configuration $Configuration --verbosity quiet --nologo
}

function Invoke-TestProject([string] $Project) {
    $name = [IO.Path]::GetFileNameWithoutExtension($Project)
    $assembly = Join artifacts, bin, $name, $Configuration.ToLowerInvariant(), "$name.dll"
    $report = Join artifacts, TestResults, "$name.xml"
    if ([IO.File]::Exists($report)) { [IO.File]::Delete($report) }
    $arguments = @('-noColor', '-noLogo', '-reporter', 'quiet', '-result-xml', $report)
    if ($Filter) { $arguments += if ($Filter.StartsWith('/')) { '-filter', $Filter } else { '-method', "*$Filter*" } }

    $Host.UI.WriteLine("Testing $name…")
    & dotnet exec $assembly @arguments | Out-Host
    $exitCode = $LASTEXITCODE
    $totals = @{ Passed = 0; Failed = 0; Skipped = 0 }
    if ([IO.File]::Exists($report)) {
        $document = [Xml.XmlDocument]::new()
        $document.Load($report)
        foreach ($run in $document.SelectNodes('/assemblies/assembly')) {
            $totals.Passed += [int] $run.GetAttribute('passed')
            $totals.Failed += [int] $run.GetAttribute('failed') + [int] $run.GetAttribute('errors')
            $totals.Skipped += [int] $run.GetAttribute('skipped')
        }
    }
    # A run that died before it could report is a failure, whatever it reported until then.
    if ($exitCode -ne 0 -and $totals.Failed -eq 0) {
        $Host.UI.WriteErrorLine("$name ended with exit code $exitCode.")
        $totals.Failed = 1
    }
    $totals
}

function Invoke-PesterTests {
    $pester = Get-Module -ListAvailable Pester | Where-Object { $_.Version -ge [version] '5.0' }
    if (-not $pester) { return @{ Passed = 0; Failed = 0; Skipped = 0 } }
    Import-Module Pester -MinimumVersion 5.0
    $run = Invoke-Pester -Path (Join tests, Pester) -PassThru -Output Normal
    @{ Passed = $run.PassedCount; Failed = $run.FailedCount; Skipped = $run.SkippedCount }
}

function Invoke-Test {
    Invoke-Build
    Build-Everything
    $null = [IO.Directory]::CreateDirectory((Join artifacts, TestResults))
    $totals = @{ Passed = 0; Failed = 0; Skipped = 0 }
    $results = @(Get-Project tests | Where-Object { $_.EndsWith('.Tests.csproj') } | ForEach-Object { Invoke-TestProject $_ })
    if (-not $Filter) { $results += Invoke-PesterTests }
    foreach ($result in $results) { foreach ($key in 'Passed', 'Failed', 'Skipped') { $totals[$key] += $result[$key] } }

    $line = "$($totals.Passed) passed, $($totals.Failed) failed"
    if ($totals.Skipped) { $line += ", $($totals.Skipped) skipped" }
    $Host.UI.WriteLine($line)
    if ($totals.Failed -or -not $totals.Passed) { exit 1 }
}

function Invoke-Bench {
    foreach ($project in Get-Project bench) {
        $arguments = @('run', '--configuration', 'Release', '--project', $project)
        if ($Filter) { $arguments += '--', $Filter }
        Invoke-Dotnet @arguments
    }
}

function Invoke-Package {
    Invoke-Build
    $manifest = [IO.File]::ReadAllText((Join Orchestrator.psd1))
    $version = [regex]::Match($manifest, "(?m)^\s*ModuleVersion\s*=\s*'([^']+)'").Groups[1].Value
    $rid = [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
    $folder = Join artifacts, package
    $staging = [IO.Path]::Combine($folder, 'Orchestrator')
    if ([IO.Directory]::Exists($staging)) { [IO.Directory]::Delete($staging, $true) }
    $files = [IO.Directory]::GetFiles((Join module), '*', 'AllDirectories') + [IO.Directory]::GetFiles((Join en-US))
    foreach ($file in $files | Where-Object { $_ -notlike '*autoload*' }) {
        $copy = [IO.Path]::Combine($staging, [IO.Path]::GetRelativePath($root, $file))
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($copy))
        [IO.File]::Copy($file, $copy)
    }
    foreach ($file in 'Orchestrator.psd1', 'LICENSE', 'README.md') {
        if ([IO.File]::Exists((Join $file))) { [IO.File]::Copy((Join $file), [IO.Path]::Combine($staging, $file)) }
    }
    $zip = [IO.Path]::Combine($folder, "Orchestrator-$version-$rid.zip")
    if ([IO.File]::Exists($zip)) { [IO.File]::Delete($zip) }
    [IO.Compression.ZipFile]::CreateFromDirectory($staging, $zip, 'Optimal', $true)
    $zip
}

& "Invoke-$Task"
