using System.Diagnostics;
using System.Text;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>Runs a command beside a container's processes, with their environment and mark, so that what it leaves behind is swept with them.</summary>
internal static class ProcessExec
{
    private const int OutputLimitBytes = 10 * 1024;

    public static async Task<ExecResult> RunAsync(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string? imageFolder, ContainerFolder folder,
        TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = Start(command, environment, imageFolder, folder);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var output = new StringBuilder();
        try
        {
            await Task.WhenAll(
                ReadAsync(process.StandardOutput, output, either.Token),
                ReadAsync(process.StandardError, output, either.Token),
                process.WaitForExitAsync(either.Token));
            return new(process.ExitCode, Text(output), false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return new(137, Text(output), true);
        }
    }

    private static System.Diagnostics.Process Start(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string? imageFolder, ContainerFolder folder)
    {
        var start = new ProcessStartInfo(CommandResolver.ResolveProgram(command[0], imageFolder, environment.GetValueOrDefault("PATH")))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = imageFolder ?? folder.Work,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }
        try
        {
            return System.Diagnostics.Process.Start(start) ?? throw new RunContainerException($"exec: \"{command[0]}\" did not start");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new RunContainerException($"exec: \"{command[0]}\": {e.Message}", e);
        }
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder output, CancellationToken cancellationToken)
    {
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            lock (output)
            {
                output.Append(buffer, 0, Math.Min(read, Math.Max(0, OutputLimitBytes - output.Length)));
            }
        }
    }

    private static string Text(StringBuilder output)
    {
        lock (output)
        {
            return output.ToString();
        }
    }
}
