namespace Orchestrator.Agent.Runtimes.Process;

internal static class ProcessPlatform
{
    /// <exception cref="IOException">Neither Linux nor Windows.</exception>
    public static IProcessPlatform Create(string dataFolder, TimeProvider time) =>
        OperatingSystem.IsLinux() ? new LinuxPlatform(dataFolder, time)
        : OperatingSystem.IsWindows() ? new WindowsPlatform(dataFolder)
        : throw new IOException("the process runtime runs on Linux and Windows");
}
