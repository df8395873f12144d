# The everyday commands that PowerShell ships outside its engine, in the forms people type at a prompt.
# Only the embedded shell uses them; where PowerShell itself is installed, its own are there.

function Write-Output { [CmdletBinding()] param([Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromRemainingArguments)][AllowNull()][AllowEmptyCollection()][psobject[]] $InputObject, [switch] $NoEnumerate)
    process { if ($NoEnumerate) { , $InputObject } else { $InputObject } } }

function Write-Host { [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline, ValueFromRemainingArguments)][object] $Object, [switch] $NoNewline, [object] $Separator = ' ', [System.ConsoleColor] $ForegroundColor)
    process {
        $text = $Object -join $Separator
        if (-not $NoNewline) { $text += [Environment]::NewLine }
        if ($PSBoundParameters.ContainsKey('ForegroundColor')) { $Host.UI.Write($ForegroundColor, $Host.UI.RawUI.BackgroundColor, $text) } else { $Host.UI.Write($text) }
    } }

function Write-Error { [CmdletBinding()] param([Parameter(Mandatory, Position = 0, ValueFromPipeline)][string] $Message, [string] $ErrorId = 'Microsoft.PowerShell.Commands.WriteErrorException', [System.Management.Automation.ErrorCategory] $Category = 'NotSpecified', [object] $TargetObject)
    process { $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([Exception]::new($Message), $ErrorId, $Category, $TargetObject)) } }

function Write-Warning { [CmdletBinding()] param([Parameter(Mandatory, Position = 0, ValueFromPipeline)][AllowEmptyString()][string] $Message) process { $PSCmdlet.WriteWarning($Message) } }
function Write-Verbose { [CmdletBinding()] param([Parameter(Mandatory, Position = 0, ValueFromPipeline)][AllowEmptyString()][string] $Message) process { $PSCmdlet.WriteVerbose($Message) } }
function Write-Debug { [CmdletBinding()] param([Parameter(Mandatory, Position = 0, ValueFromPipeline)][AllowEmptyString()][string] $Message) process { $PSCmdlet.WriteDebug($Message) } }

function Write-Progress { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][string] $Activity, [Parameter(Position = 1)][string] $Status = 'Processing', [int] $Id, [int] $PercentComplete = -1, [switch] $Completed)
    $record = [System.Management.Automation.ProgressRecord]::new($Id, $Activity, $Status)
    $record.PercentComplete = $PercentComplete
    if ($Completed) { $record.RecordType = 'Completed' }
    $PSCmdlet.WriteProgress($record) }

function Read-Host { [CmdletBinding()] param([Parameter(Position = 0, ValueFromRemainingArguments)][string] $Prompt, [switch] $AsSecureString)
    if ($Prompt) { $Host.UI.Write("${Prompt}: ") }
    if ($AsSecureString) { $Host.UI.ReadLineAsSecureString() } else { $Host.UI.ReadLine() } }

function Sort-Object { [CmdletBinding()] param([Parameter(Position = 0)][object[]] $Property, [switch] $Descending, [switch] $Unique, [Parameter(ValueFromPipeline)][psobject] $InputObject)
    begin { $items = [System.Collections.Generic.List[object]]::new() }
    process { $items.Add($InputObject) }
    end {
        $keys = foreach ($item in $items) {
            , @($(if (-not $Property) { , $item } else { foreach ($one in $Property) { if ($one -is [scriptblock]) { , (ForEach-Object -InputObject $item -Process $one) } else { , $item.$one } } }))
        }
        $keys = @($keys)
        $order = [System.Collections.Generic.List[int]]::new()
        for ($i = 0; $i -lt $items.Count; $i++) {
            $at = $order.Count
            while ($at -gt 0) {
                $before = 0
                $other = @($keys[$order[$at - 1]]); $mine = @($keys[$i])
                for ($k = 0; $k -lt $mine.Count -and $before -eq 0; $k++) { $before = [System.Management.Automation.LanguagePrimitives]::Compare($mine[$k], $other[$k], $true) }
                if ($Descending) { $before = -$before }
                if ($before -ge 0) { break }
                $at--
            }
            $order.Insert($at, $i)
        }
        $last = $null; $first = $true
        foreach ($i in $order) {
            $text = $keys[$i] -join "`0"
            if (-not $Unique -or $first -or $text -ne $last) { $items[$i] }
            $last = $text; $first = $false
        }
    } }

function Group-Object { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][object] $Property, [Parameter(ValueFromPipeline)][psobject] $InputObject)
    begin { $groups = [ordered]@{} }
    process {
        $key = [string] $(if ($Property -is [scriptblock]) { ForEach-Object -InputObject $InputObject -Process $Property } else { $InputObject.$Property })
        if (-not $groups.Contains($key)) { $groups[$key] = [System.Collections.Generic.List[object]]::new() }
        $groups[$key].Add($InputObject)
    }
    end { foreach ($key in $groups.Keys) { [pscustomobject]@{ Count = $groups[$key].Count; Name = $key; Group = $groups[$key].ToArray() } } } }

function Measure-Object { [CmdletBinding()] param([Parameter(Position = 0)][string] $Property, [switch] $Sum, [switch] $Average, [switch] $Maximum, [switch] $Minimum, [Parameter(ValueFromPipeline)][psobject] $InputObject)
    begin { $values = [System.Collections.Generic.List[object]]::new() }
    process { $values.Add($(if ($Property) { $InputObject.$Property } else { $InputObject })) }
    end {
        $total = 0.0; $least = $null; $most = $null
        if ($Sum -or $Average -or $Maximum -or $Minimum) {
            foreach ($value in $values) {
                $total += $value
                if ($null -eq $least -or $value -lt $least) { $least = $value }
                if ($null -eq $most -or $value -gt $most) { $most = $value }
            }
        }
        [pscustomobject]@{ Count = $values.Count; Average = if ($Average -and $values.Count) { $total / $values.Count }; Sum = if ($Sum) { $total }; Maximum = if ($Maximum) { $most }; Minimum = if ($Minimum) { $least }; Property = $Property }
    } }

function Get-Member { [CmdletBinding()] param([Parameter(ValueFromPipeline)][psobject] $InputObject)
    begin { $seen = @{} }
    process {
        $type = $InputObject.PSObject.TypeNames[0]
        if ($seen[$type]) { return }
        $seen[$type] = $true
        foreach ($member in $InputObject.PSObject.Members) { [pscustomobject]@{ Name = $member.Name; MemberType = $member.MemberType; Definition = "$($member.TypeNameOfValue) $($member.Name)" } }
    } }

function Get-Content { [CmdletBinding()] param([Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)][Alias('FullName', 'PSPath', 'LiteralPath')][string[]] $Path, [switch] $Raw)
    process { foreach ($one in $Path) { foreach ($file in $ExecutionContext.SessionState.Path.GetResolvedProviderPathFromPSPath($one, [ref] $null)) { if ($Raw) { [IO.File]::ReadAllText($file) } else { [IO.File]::ReadLines($file) } } } } }

function Set-Content { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][Alias('LiteralPath')][string] $Path, [Parameter(Mandatory, Position = 1, ValueFromPipeline)][object[]] $Value, [switch] $NoNewline)
    begin { $lines = [System.Collections.Generic.List[string]]::new() }
    process { foreach ($one in $Value) { $lines.Add([string] $one) } }
    end {
        $end = if ($NoNewline) { '' } else { [Environment]::NewLine }
        [IO.File]::WriteAllText($ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path), ($lines -join [Environment]::NewLine) + $end)
    } }

# What > and >> call.
function Out-File { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][Alias('Path', 'LiteralPath')][string] $FilePath, [Parameter(Position = 1)][object] $Encoding, [switch] $Append, [switch] $Force, [switch] $NoClobber, [int] $Width = 120, [switch] $NoNewline, [Parameter(ValueFromPipeline)][psobject] $InputObject)
    begin {
        $writer = [IO.StreamWriter]::new($ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($FilePath), [bool] $Append)
        $text = { Out-String -Width $Width }.GetSteppablePipeline()
        $text.Begin($true)
    }
    process { $text.Process($InputObject) }
    end { $text.End() | ForEach-Object { $writer.Write($_) } }
    clean { if ($writer) { $writer.Dispose() } } }

function Get-Location { $ExecutionContext.SessionState.Path.CurrentLocation }
function Set-Location { [CmdletBinding()] param([Parameter(Position = 0)][Alias('LiteralPath')][string] $Path = $HOME) $null = $ExecutionContext.SessionState.Path.SetLocation($Path) }
function Get-ChildItem { [CmdletBinding()] param([Parameter(Position = 0)][string[]] $Path = '.', [switch] $Recurse, [switch] $Force)
    try { $ExecutionContext.InvokeProvider.ChildItem.Get($Path, $Recurse, $Force, $false) } catch { $PSCmdlet.WriteError($_.Exception.InnerException.ErrorRecord) } }

function Get-Item { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][string[]] $Path)
    try { $ExecutionContext.InvokeProvider.Item.Get($Path, $true, $false) } catch { $PSCmdlet.WriteError($_.Exception.InnerException.ErrorRecord) } }

function Remove-Item { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][string[]] $Path, [switch] $Recurse, [switch] $Force) foreach ($one in $Path) { $ExecutionContext.InvokeProvider.Item.Remove($one, $Recurse) } }

function Test-Path { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][Alias('LiteralPath')][string] $Path, [ValidateSet('Any', 'Leaf', 'Container')][string] $PathType = 'Any')
    $item = $ExecutionContext.InvokeProvider.Item
    switch ($PathType) { 'Container' { $item.IsContainer($Path) } 'Leaf' { $item.Exists($Path) -and -not $item.IsContainer($Path) } default { $item.Exists($Path) } } }

function Resolve-Path { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][string[]] $Path) foreach ($one in $Path) { $ExecutionContext.SessionState.Path.GetResolvedPSPathFromPSPath($one) } }
function Join-Path { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)][string] $Path, [Parameter(Mandatory, Position = 1)][string] $ChildPath, [Parameter(ValueFromRemainingArguments)][string[]] $AdditionalChildPath) [IO.Path]::Combine(@($Path, $ChildPath) + @($AdditionalChildPath | Where-Object { $_ })) }

function Start-Sleep { [CmdletBinding()] param([Parameter(Position = 0)][Alias('s')][double] $Seconds, [Alias('ms')][int] $Milliseconds)
    $null = [System.Threading.Tasks.Task]::Delay([int] ($Seconds * 1000 + $Milliseconds)).Wait(-1) }

function Get-Date { [CmdletBinding()] param([string] $Format) if ($Format) { [DateTime]::Now.ToString($Format) } else { [DateTime]::Now } }

function Get-Variable { [CmdletBinding()] param([Parameter(Position = 0)][string] $Name = '*') foreach ($variable in $ExecutionContext.InvokeProvider.Item.Get("Variable:$Name")) { $variable } }

function Get-Alias { [CmdletBinding()] param([Parameter(Position = 0)][string] $Name = '*') Get-Command -CommandType Alias -Name $Name }

function ConvertTo-SecureString { [CmdletBinding()] param([Parameter(Mandatory, Position = 0, ValueFromPipeline)][string] $String, [switch] $AsPlainText, [switch] $Force)
    if (-not $AsPlainText) { throw 'This shell only makes SecureStrings of plain text: -AsPlainText.' }
    $secret = [securestring]::new()
    foreach ($character in $String.ToCharArray()) { $secret.AppendChar($character) }
    $secret }
