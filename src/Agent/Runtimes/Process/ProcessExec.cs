using System.Diagnostics;
using System.Text;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>Runs a command beside a container's processes, with their environment and mark, so that what it leaves behind is swept with them.</summary>
internal sealed class ProcessExec(
    IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string? imageFolder, ContainerFolder folder)
{
    private const int OutputLimitBytes = 10 * 1024;

    public IReadOnlyDictionary<string, string> Environment => environment;

    /// <summary>As a container's own, <see cref="ProcessLaunch.Starter"/>.</summary>
    public IReadOnlyList<string> Starter { get; init; } = [];

    /// <summary>Runs it to its end, or until <paramref name="timeout"/> is over.</summary>
    public static async Task<ExecResult> RunAsync(ProcessExec exec, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = exec.Start();
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

    /// <summary>Starts it with pipes for its standard streams.</summary>
    /// <exception cref="RunContainerException" />
    public System.Diagnostics.Process Start()
    {
        var program = Resolve();
        var start = new ProcessStartInfo(Starter.Count > 0 ? Starter[0] : program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory,
        };
        if (Starter.Count > 0)
        {
            Add(start, Starter.Skip(1));
            ShellEnvironment.Pass(start, environment);
            start.ArgumentList.Add(program);
        }
        else
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }
        }
        Add(start, command.Skip(1));
        return Start(start);
    }

    /// <summary>Starts it on a terminal, in a session of its own.</summary>
    /// <param name="terminal">The terminal's device.</param>
    /// <exception cref="RunContainerException" />
    public System.Diagnostics.Process StartOn(string terminal)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = WorkingDirectory };
        start.ArgumentList.Add("-c");
        // Standard streams first, then a new session that takes standard input for its terminal.
        start.ArgumentList.Add("exec <\"$0\" >\"$0\" 2>&1 && exec /usr/bin/setsid --ctty --wait -- \"$@\"");
        start.ArgumentList.Add(terminal);
        Add(start, Starter);
        ShellEnvironment.Pass(start, environment.ContainsKey("TERM") ? environment : new Dictionary<string, string>(environment) { ["TERM"] = "xterm" });
        Add(start, command.Skip(1).Prepend(Resolve()));
        return Start(start);
    }

    private static void Add(ProcessStartInfo start, IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }
    }

    private string WorkingDirectory => imageFolder ?? folder.Work;

    private string Resolve() => CommandResolver.ResolveProgram(command[0], imageFolder, environment.GetValueOrDefault("PATH"));

    private System.Diagnostics.Process Start(ProcessStartInfo start)
    {
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
