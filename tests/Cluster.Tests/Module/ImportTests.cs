using System.Globalization;
using Xunit;

namespace Orchestrator.Cluster.Tests.Module;

/// <summary>The module in the shell, as a person meets it.</summary>
public sealed class ImportTests
{
    /// <summary>The promise is 300 ms on a machine with nothing else to do; tests share theirs.</summary>
    private const int LimitMilliseconds = 600;

    [Fact]
    public async Task Import_IsQuick_AndLoadsNoClientLibrary()
    {
        using var folder = new TemporaryScript(
            """
            param([string] $Manifest)
            $watch = [Diagnostics.Stopwatch]::StartNew()
            Import-Module $Manifest
            $watch.ElapsedMilliseconds
            [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -in 'KubernetesClient', 'YamlDotNet' } | ForEach-Object { $_.GetName().Name }
            """);

        var output = (await ShellAsync(folder.Path, "-Manifest", Path.Combine(Checkout.Root, "Orchestrator.psd1"))).Succeeded();

        var milliseconds = int.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), CultureInfo.InvariantCulture);
        Assert.True(milliseconds < LimitMilliseconds, $"{milliseconds} ms");
    }

    [Fact]
    public async Task Script_UsesACommand_TheModuleIsFoundByItself()
    {
        using var folder = new TemporaryScript("Get-ClusterContext nonesuch; (Get-Command Get-Pod).ModuleName");

        var result = await ShellAsync(folder.Path);

        Assert.Equal("Orchestrator", result.Output.Trim());
        Assert.Contains("nonesuch", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfCommandsAndOfTheModule_IsFoundInACheckout()
    {
        using var folder = new TemporaryScript(
            """
            $help = Get-Help New-Pod
            $help.Synopsis
            @($help.examples.example).Count -gt 0
            (Get-Help New-Pod -Parameter NodeSelector).description[0].Text
            Get-Help about_Orchestrator | Out-String
            """);

        var output = (await ShellAsync(folder.Path)).Succeeded();

        Assert.StartsWith("Creates a pod of one container.\nTrue\nLabels that a node must have", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("A CLUSTER ON THIS MACHINE", output, StringComparison.Ordinal);
    }

    private static Task<CommandResult> ShellAsync(params string[] arguments) =>
        Command.RunAsync(Path.Combine(Checkout.Root, OperatingSystem.IsWindows() ? "orch.cmd" : "orch"), arguments);

    private sealed class TemporaryScript : IDisposable
    {
        public TemporaryScript(string text)
        {
            Path = System.IO.Path.ChangeExtension(System.IO.Path.GetTempFileName(), ".ps1");
            File.WriteAllText(Path, text);
        }

        public string Path { get; }

        public void Dispose() => File.Delete(Path);
    }
}
