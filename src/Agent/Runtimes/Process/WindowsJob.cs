using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// A container's job object, opened by name to read its accounting and closed at once: the job ends with its last handle, which is to be the shim's.
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsJob
{
    private const uint QueryAccess = 0x4;
    private const int BasicAccounting = 1;
    private const int ProcessIds = 3;
    private const int MoreData = 234;
    private const int MaxProcesses = 65536;

    /// <summary>In the session's own namespace: shim and agent are of one session.</summary>
    public static string NameOf(string containerId) => $"orchestrator-{containerId}";

    /// <returns>Null when there is no such job (any more).</returns>
    public static ContainerUsage? Read(string containerId)
    {
        using var job = OpenJobObject(QueryAccess, false, NameOf(containerId));
        if (job.IsInvalid || !QueryInformationJobObject(job, BasicAccounting, out Accounting accounting, (uint)Marshal.SizeOf<Accounting>(), out _))
        {
            return null;
        }
        // Times are in units of 100 ns and include processes that have ended.
        return new(containerId, TimeSpan.FromTicks(accounting.TotalUserTime + accounting.TotalKernelTime), ReadProcesses(job).Sum(WorkingSet));
    }

    private static List<int> ReadProcesses(SafeFileHandle job)
    {
        for (var room = 64; room <= MaxProcesses; room *= 4)
        {
            // JOBOBJECT_BASIC_PROCESS_ID_LIST: assigned, listed, then the ids, each as wide as a pointer.
            var list = new byte[8 + (room * nint.Size)];
            if (QueryInformationJobObject(job, ProcessIds, list, (uint)list.Length, out _))
            {
                var ids = MemoryMarshal.Cast<byte, nint>(list.AsSpan(8));
                return [.. ids[..(int)BitConverter.ToUInt32(list, 4)].ToArray().Select(id => (int)id)];
            }
            if (Marshal.GetLastPInvokeError() != MoreData)
            {
                break;
            }
        }
        return [];
    }

    private static long WorkingSet(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return process.WorkingSet64;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended meanwhile.
            return 0;
        }
    }

    // JOBOBJECT_BASIC_ACCOUNTING_INFORMATION
    [StructLayout(LayoutKind.Sequential)]
    private struct Accounting
    {
        public long TotalUserTime;
        public long TotalKernelTime;
        public long ThisPeriodTotalUserTime;
        public long ThisPeriodTotalKernelTime;
        public uint TotalPageFaultCount;
        public uint TotalProcesses;
        public uint ActiveProcesses;
        public uint TotalTerminatedProcesses;
    }

    [LibraryImport("kernel32", EntryPoint = "OpenJobObjectW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle OpenJobObject(uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, string name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryInformationJobObject(SafeFileHandle job, int kind, out Accounting information, uint length, out uint returned);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryInformationJobObject(SafeFileHandle job, int kind, [Out] byte[] information, uint length, out uint returned);
}
