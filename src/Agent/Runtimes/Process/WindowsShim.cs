using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// The shim on Windows: this program once more, as <c>orchestrator-agent shim RUN-FOLDER</c>, with the launch on its standard input so that no secret
/// touches the disk. It ends the container with itself through a job object, and asks it to end when <c>run/stop</c> appears.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsShim
{
    public const string Verb = "shim";
    public const string StopFile = "stop";

    public static async Task<int> RunAsync(string runFolder)
    {
        var launch = await JsonSerializer.DeserializeAsync(Console.OpenStandardInput(), ProcessRuntimeJson.Default.ProcessLaunch)
            ?? throw new IOException("no launch on standard input");
        WriteOnce(Path.Combine(runFolder, "shim.pid"), Environment.ProcessId);
        using var job = WindowsNative.EnterJob(WindowsJob.NameOf(launch.ContainerId));
        // The break is for the container; this process is on the same console.
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => context.Cancel = true);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        var code = await RunAsync(runFolder, launch);
        OwnerOnly.WriteAtomically(Path.Combine(runFolder, "exit"), Encoding.ASCII.GetBytes(code.ToString(CultureInfo.InvariantCulture)));
        // Closing the job's handle ends whoever is left in it, this process included.
        return 0;
    }

    private static async Task<int> RunAsync(string runFolder, ProcessLaunch launch)
    {
        using var process = System.Diagnostics.Process.Start(Describe(launch)) ?? throw new IOException("the container did not start");
        process.StandardInput.Close();
        WriteOnce(Path.Combine(runFolder, "pid"), process.Id);
        using var watcher = new FileSystemWatcher(runFolder, StopFile) { EnableRaisingEvents = true };
        watcher.Created += (_, _) => WindowsNative.SendBreak();
        if (File.Exists(Path.Combine(runFolder, StopFile)))
        {
            WindowsNative.SendBreak();
        }
        var log = Path.Combine(runFolder, "log");
        await Task.WhenAll(PumpAsync(process.StandardOutput.BaseStream, log), PumpAsync(process.StandardError.BaseStream, log));
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static async Task PumpAsync(Stream output, string log)
    {
        var buffer = new byte[16 * 1024];
        while (await output.ReadAsync(buffer) is var read and > 0)
        {
            // Opened each time, so that it appends where the log ends now: two pumps write it and the agent may empty it.
            await using var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            await file.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private static ProcessStartInfo Describe(ProcessLaunch launch)
    {
        var start = new ProcessStartInfo(launch.Command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = launch.WorkingDirectory,
        };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }
        foreach (var argument in launch.Command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }
        return start;
    }

    private static void WriteOnce(string path, int pid)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        file.Write(Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture) + "\n"));
    }
}
