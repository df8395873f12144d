using System.Diagnostics;

namespace Orchestrator.Cmdlets.Tests.Shell;

/// <summary>The built shell as a process.</summary>
internal static class ShellProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public sealed record Outcome(int ExitCode, string Output, string Error);

    public static async Task<Outcome> RunAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Its own output: what a reference copies lacks the runtime's part of its dependencies.
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        start.ArgumentList.Add(Path.Combine(Repository.Root, "artifacts", "bin", "Orchestrator.Shell", configuration, "orchestrator-shell.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("ORCHESTRATOR_HOME");
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The shell did not start.");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new Outcome(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
