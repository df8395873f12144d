using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Orchestrator.Agent.Metrics;

/// <summary>What the whole machine uses. A node is its machine: several agents of one machine tell the same.</summary>
internal static partial class MachineReader
{
    public static MachineUsage? Read() => OperatingSystem.IsLinux() ? ReadLinux() : OperatingSystem.IsWindows() ? ReadWindows() : null;

    private static MachineUsage? ReadLinux()
    {
        try
        {
            return ProcMachine.CpuTime(File.ReadAllText("/proc/stat")) is { } cpu && ProcMachine.WorkingSetBytes(File.ReadAllText("/proc/meminfo")) is { } memory
                ? new(cpu, memory)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [SupportedOSPlatform("windows")]
    private static MachineUsage? ReadWindows()
    {
        var memory = new MemoryStatus { Length = (uint)Marshal.SizeOf<MemoryStatus>() };
        // The kernel's time includes the idle time.
        return GetSystemTimes(out var idle, out var kernel, out var user) && GlobalMemoryStatusEx(ref memory)
            ? new(TimeSpan.FromTicks(kernel + user - idle), (long)(memory.TotalPhysical - memory.AvailablePhysical))
            : null;
    }

    // MEMORYSTATUSEX
    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryStatus
    {
        public uint Length;
        public uint Load;
        public ulong TotalPhysical;
        public ulong AvailablePhysical;
        public ulong TotalPageFile;
        public ulong AvailablePageFile;
        public ulong TotalVirtual;
        public ulong AvailableVirtual;
        public ulong AvailableExtendedVirtual;
    }

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetSystemTimes(out long idle, out long kernel, out long user);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GlobalMemoryStatusEx(ref MemoryStatus status);
}
