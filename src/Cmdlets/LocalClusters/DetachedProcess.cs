using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orchestrator.Cmdlets;

/// <summary>Starts programs that outlive this session and that its Ctrl-C does not reach; what they write goes to a log file.</summary>
internal static class DetachedProcess
{
    public static ProcessIdentity Start(string program, IReadOnlyList<string> arguments, string log)
    {
        var start = OperatingSystem.IsWindows() ? Windows(program, arguments, log) : Unix(program, arguments, log);
        start.WorkingDirectory = Path.GetDirectoryName(log);
        ShareRuntime(start);
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException("The system started no process.");
            return ProcessIdentity.Of(process.Id) ?? throw Failed(program, $"it ended at once; see {log}");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw Failed(program, exception.Message);
        }
    }

    /// <summary>Runs a program to its end, for its effect; its output is the log's.</summary>
    public static async Task RunAsync(string program, IReadOnlyList<string> arguments, string log, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var process = Start(program, arguments, log);
        if (!await process.WaitForEndAsync(timeout, cancellationToken))
        {
            process.Kill();
        }
    }

    private static ProcessStartInfo Unix(string program, IReadOnlyList<string> arguments, string log)
    {
        // A session of its own: no terminal, no signals from one. Every step replaces the one before, so the id stays the same.
        const string script = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";
        var setsid = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);
        var start = new ProcessStartInfo(setsid ?? "/bin/sh");
        string[] shell = setsid is null ? ["-c", $"trap '' INT HUP; {script}", "sh"] : ["/bin/sh", "-c", script, "sh"];
        foreach (var argument in shell.Append(log).Append(program).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static ProcessStartInfo Windows(string program, IReadOnlyList<string> arguments, string log)
    {
        var line = string.Join(' ', arguments.Prepend(program).Select(argument => $"\"{argument}\""));
        return new ProcessStartInfo("cmd.exe", $"/d /s /c \"{line} >> \"{log}\" 2>&1 < nul\"") { CreateNoWindow = true, UseShellExecute = false };
    }

    /// <summary>The programs need a .NET runtime; where it is not in a place they look, it is the one this process runs on.</summary>
    private static void ShareRuntime(ProcessStartInfo start)
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (Directory.Exists(Path.Combine(root, "host", "fxr")) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOTNET_ROOT")))
        {
            start.Environment["DOTNET_ROOT"] = root;
        }
    }

    private static ClusterException Failed(string program, string reason) =>
        ClusterException.LocalCluster("StartFailed", $"{program} can't be started: {reason}.");
}
