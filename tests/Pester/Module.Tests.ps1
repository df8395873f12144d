# For Pester 5 on stock PowerShell 7.6: ./orch build.ps1 -Task Test runs these too where both are installed.
BeforeAll {
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', '..', 'Orchestrator.psd1')) -Force
    $script:folder = Join-Path $TestDrive 'cluster'
}

Describe 'The module' {
    It 'exports what its manifest says' {
        $manifest = Import-PowerShellDataFile ([IO.Path]::Combine($PSScriptRoot, '..', '..', 'Orchestrator.psd1'))
        (Get-Command -Module Orchestrator).Name | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'keeps its dependencies to itself' {
        [AppDomain]::CurrentDomain.GetAssemblies().Where({ $_.GetName().Name -eq 'Orchestrator.Cmdlets' }).ForEach({
                [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name | Should -Be 'Orchestrator'
            })
    }

    It 'can be imported again' {
        Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', '..', 'Orchestrator.psd1')) -Force
        Get-Command Get-Pod | Should -Not -BeNullOrEmpty
    }
}

Describe 'A local cluster' {
    BeforeAll { Start-LocalCluster -Path $folder -Nodes 1 }
    AfterAll { Stop-LocalCluster -Path $folder -Remove }

    It 'has a node that is ready' {
        Get-Node | ForEach-Object Status | Should -Be 'Ready'
    }

    It 'shows pods as a table' {
        New-Pod table host -Command sleep, 600 -Wait -Timeout 20
        Get-Pod table | Out-String | Should -Match '(?m)^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE'
        Get-Pod table | Select-Object -First 1 | Remove-Pod -Force
    }

    It 'runs commands in pods, measures and copies' {
        New-Pod talk host -Command sleep, 600 -Wait -Timeout 20
        'one', 'two' | Invoke-PodCommand talk -Command cat | Should -Be 'one', 'two'
        { Invoke-PodCommand talk -Command sh, -c, 'exit 3' -ErrorAction Stop } | Should -Throw -ErrorId 'NonZeroExitCode,Orchestrator.Cmdlets.InvokePodCommandCommand'
        Copy-PodItem -FromPod talk -Path /etc/hostname -Destination (Join-Path $TestDrive 'copied')
        Get-Content (Join-Path $TestDrive 'copied') | Should -Be (Get-Content /etc/hostname)
        (Measure-Node).MemoryBytes | Should -BeGreaterThan 0
        $job = Start-PodPortForward talk -Port 80
        $job.LocalPort | Should -BeGreaterThan 0
        $job | Stop-Job -PassThru | ForEach-Object State | Should -Be 'Stopped'
        $job | Remove-Job
        Get-Pod talk | Remove-Pod -Force
    }

    It 'makes services, and shows what is behind them' {
        New-ClusterService served @{ app = 'served' } -Port 80:8080 | Out-String | Should -Match '(?m)^NAME\s+TYPE\s+CLUSTER-IP\s+EXTERNAL-IP\s+PORT\(S\)\s+AGE'
        Get-Endpoint kubernetes | Out-String | Should -Match '(?m)^SERVICE\s+ADDRESS\s+PORTS\s+READY\s+TERMINATING\s+POD\s+NODE'
        Get-ClusterService served | Remove-ClusterService -WhatIf
        Get-ClusterService served | ForEach-Object Ports | Should -Be '80/TCP'
        Get-ClusterService served | Remove-ClusterService
        Get-ClusterService served -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'tells what is not there by a stable id' {
        { Get-Pod nonesuch -ErrorAction Stop } | Should -Throw -ErrorId 'NotFound,Pod,Orchestrator.Cmdlets.GetPodCommand'
    }

    It 'changes nothing with -WhatIf' {
        New-Namespace rehearsed -WhatIf
        Get-Namespace rehearsed -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}
