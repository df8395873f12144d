using System.Globalization;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Sockets of another network namespace: a socket belongs to the one it was made in, whoever uses it later.</summary>
[SupportedOSPlatform("linux")]
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;
    private const int AddressFamilyInternet = 2;
    private const int CloseOnExec = 0x80000;

    /// <summary>Makes sockets as <see cref="OpenSocket(int, SocketType)"/> does.</summary>
    public static Func<Socket> Of(int pid) => () => OpenSocket(pid, SocketType.Stream);

    /// <summary>An IPv4 TCP or UDP socket, not yet connected, of the namespace that a process lives in.</summary>
    /// <exception cref="RunContainerException">No such process, or we may not enter.</exception>
    public static Socket OpenSocket(int pid, SocketType type)
    {
        // On a thread of its own: a thread that could not find its way back must not be used for anything else.
        Socket? socket = null;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    socket = Open(pid, type);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
                {
                    failure = ExceptionDispatchInfo.Capture(new RunContainerException($"the pod's network cannot be entered: {e.Message}", e));
                }
            },
            128 * 1024);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return socket ?? throw new RunContainerException("the pod's network cannot be entered");
    }

    private static Socket Open(int pid, SocketType type)
    {
        using var theirs = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net"));
        using var ours = File.OpenHandle("/proc/thread-self/ns/net");
        if (Enter(theirs, CloneNewNet) != 0)
        {
            throw Process.Native.Failure("setns");
        }
        // Between the two nothing else may happen: a thread that is started here would be born in the pod's network.
        var fd = OpenSocket(AddressFamilyInternet, (int)type | CloseOnExec, 0);
        var error = fd < 0 ? Process.Native.Failure("socket") : null;
        if (Enter(ours, CloneNewNet) != 0)
        {
            error ??= Process.Native.Failure("setns");
        }
        var handle = new SafeSocketHandle(fd, ownsHandle: fd >= 0);
        if (error is not null)
        {
            handle.Dispose();
            throw error;
        }
        return new Socket(handle);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int Enter(SafeFileHandle @namespace, int type);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);
}
