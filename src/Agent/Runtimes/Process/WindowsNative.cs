using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>Job objects and console events: what Windows has in place of sessions and signals.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsNative
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnJobClose = 0x2000;
    private const uint CtrlBreak = 1;

    /// <summary>Puts this process, and all that it will start, into a job that ends with it.</summary>
    /// <param name="name">By which the agent finds it, to read what it uses.</param>
    public static SafeFileHandle EnterJob(string name)
    {
        var job = MakeJob(name);
        Check(AssignProcessToJobObject(job, GetCurrentProcess()));
        return job;
    }

    /// <summary>A job whose processes end with its last handle.</summary>
    public static SafeFileHandle MakeJob(string? name = null)
    {
        var job = CreateJobObject(0, name);
        Check(!job.IsInvalid);
        Limit(job, KillOnJobClose);
        return job;
    }

    /// <summary>Puts a process, and all that it will start, into a job. One that has ended already needs none.</summary>
    public static void Enter(SafeFileHandle job, SafeProcessHandle process) => _ = AssignProcessToJobObject(job, process.DangerousGetHandle());

    /// <summary>Its processes go on without it.</summary>
    public static void Release(SafeFileHandle job) => Limit(job, 0);

    private static void Limit(SafeFileHandle job, uint flags)
    {
        var limits = new ExtendedLimits { LimitFlags = flags };
        Check(SetInformationJobObject(job, ExtendedLimitInformation, in limits, (uint)Marshal.SizeOf<ExtendedLimits>()));
    }

    private static void Check(bool isDone)
    {
        if (!isDone)
        {
            throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Ctrl-Break for everyone on this console: the nearest thing to SIGTERM that console programs know.</summary>
    public static void SendBreak() => _ = GenerateConsoleCtrlEvent(CtrlBreak, 0);

    // JOBOBJECT_EXTENDED_LIMIT_INFORMATION: basic limits, I/O counters, memory limits.
    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedLimits
    {
        public long PerProcessUserTimeLimit;
        public long PerJobUserTimeLimit;
        public uint LimitFlags;
        public nuint MinimumWorkingSetSize;
        public nuint MaximumWorkingSetSize;
        public uint ActiveProcessLimit;
        public nuint Affinity;
        public uint PriorityClass;
        public uint SchedulingClass;
        public ulong ReadOperationCount;
        public ulong WriteOperationCount;
        public ulong OtherOperationCount;
        public ulong ReadTransferCount;
        public ulong WriteTransferCount;
        public ulong OtherTransferCount;
        public nuint ProcessMemoryLimit;
        public nuint JobMemoryLimit;
        public nuint PeakProcessMemoryUsed;
        public nuint PeakJobMemoryUsed;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateJobObject(nint attributes, string? name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(SafeFileHandle job, int kind, in ExtendedLimits limits, uint length);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(SafeFileHandle job, nint process);

    [LibraryImport("kernel32")]
    private static partial nint GetCurrentProcess();

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint controlEvent, uint processGroup);
}
