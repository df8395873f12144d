using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orchestrator.Bench;

/// <summary>The built programs of this checkout.</summary>
internal static partial class Programs
{
    private const int Terminate = 15;

    public static string Root { get; } = FindRoot();

    public static Process Start(string folder, string name, params string[] arguments)
    {
        var path = Path.Combine(Root, "module", "bin", folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException("build first: ./orch build.ps1 -Task Build", path);
        }
        return Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!; // A new process.
    }

    /// <summary>What makes this program this program, before its own arguments: under a host such as dotnet, the assembly.</summary>
    public static IReadOnlyList<string> SelfArguments { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Programs).Assembly.Location] : [];

    /// <summary>This program again, with another task.</summary>
    public static Process StartSelf(params string[] arguments) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. SelfArguments, .. arguments])
    {
        RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
    })!; // A new process.

    public static void Stop(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill();
        }
        else
        {
            _ = Kill(process.Id, Terminate);
        }
        process.WaitForExit();
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orchestrator.psd1")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("not inside a checkout");
        }
        return folder;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
