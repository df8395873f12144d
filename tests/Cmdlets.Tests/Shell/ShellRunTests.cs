using Xunit;

namespace Orchestrator.Cmdlets.Tests.Shell;

/// <summary>Exit codes and streams are pwsh's.</summary>
public sealed class ShellRunTests
{
    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("'fine'", 0)]
    [InlineData("throw 'bad'", 1)]
    [InlineData("Get-Command nonesuch", 0)]
    [InlineData("& dotnet --nonesuch", 0)]
    [InlineData("& dotnet --nonesuch; exit $LASTEXITCODE", 1)]
    public async Task File_ExitCode_IsTheScripts(string script, int expected)
    {
        using var folder = new TemporaryFolder();

        var outcome = await ShellProcess.RunAsync(null, folder.Write("script.ps1", script));

        Assert.Equal(expected, outcome.ExitCode);
    }

    [Theory]
    [InlineData("exit 4", 4)]
    [InlineData("1", 0)]
    [InlineData("Get-Command nonesuch", 1)]
    [InlineData("throw 'bad'", 1)]
    [InlineData("if (", 1)]
    public async Task Command_ExitCode_SaysWhetherTheLastStatementSucceeded(string command, int expected) =>
        Assert.Equal(expected, (await ShellProcess.RunAsync(null, "-Command", command)).ExitCode);

    [Fact]
    public async Task File_Parameters_AreBound()
    {
        using var folder = new TemporaryFolder();
        var script = folder.Write("script.ps1", "param([string] $Name, [int] $Count, [switch] $Loud) \"$Name $($Count + 1) $Loud $PSScriptRoot\"");

        var outcome = await ShellProcess.RunAsync(null, script, "-Count", "4", "-Loud", "-Name", "some one");

        Assert.Equal($"some one 5 True {folder.Path}", outcome.Output.Trim());
    }

    [Fact]
    public async Task Streams_ErrorsGoToStderr_TheRestToStdout()
    {
        var outcome = await ShellProcess.RunAsync(null, "-Command", "'out'; Write-Error 'wrong'; Write-Warning 'careful'; Write-Verbose 'more' -Verbose; Write-Host 'host'");

        Assert.Contains("wrong", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["out", "WARNING: careful", "VERBOSE: more", "host"],
            outcome.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain('\x1b', outcome.Output + outcome.Error);
    }

    [Fact]
    public async Task File_Missing_IsToldWithPwshsExitCode()
    {
        var outcome = await ShellProcess.RunAsync(null, "nonesuch.ps1");

        Assert.Equal(64, outcome.ExitCode);
        Assert.Contains("nonesuch.ps1", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_ReadsStatementsOfSeveralLines_UntilExit()
    {
        var outcome = await ShellProcess.RunAsync("function Twice($x) {\n  $x * 2\n}\nTwice 21\nexit 9\n'never'\n", "-NoLogo");

        Assert.Equal(9, outcome.ExitCode);
        Assert.Contains("42", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("never", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_AnError_DoesNotEndIt()
    {
        var outcome = await ShellProcess.RunAsync("throw 'first'\n'second'\n", "-NoLogo");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("first", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("second", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirm_Choice_IsReadFromInput()
    {
        const string command = "function F { [CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('it')) { 'done' } else { 'left' } } F -Confirm; F -Confirm";

        var outcome = await ShellProcess.RunAsync("y\nn\n", "-Command", command);

        Assert.Contains("done", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("left", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NonInteractive_Question_IsAnError()
    {
        var outcome = await ShellProcess.RunAsync("y\n", "-NonInteractive", "-Command", "$Host.UI.ReadLine()");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("NonInteractive", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1..100000000 | Select-Object -First 2", "1,2")]
    [InlineData("3,1,2 | Sort-Object -Descending", "3,2,1")]
    [InlineData("'b','a','b' | Sort-Object -Unique", "a,b")]
    [InlineData("[pscustomobject]@{ A = 1; B = 2 } | Select-Object B | ForEach-Object { $_.PSObject.Properties.Name }", "B")]
    [InlineData("1..4 | Measure-Object -Sum | ForEach-Object { \"$($_.Count) $($_.Sum)\" }", "4 10")]
    [InlineData("([pscustomobject]@{ Name = 'x' } | Out-String).Trim() -replace '\\s+', ' '", "Name ---- x")]
    public async Task Basics_BehaveAsPowerShellsOwn(string command, string expected)
    {
        var outcome = await ShellProcess.RunAsync(null, "-Command", command);

        Assert.Equal(expected, string.Join(',', outcome.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)));
    }
}
