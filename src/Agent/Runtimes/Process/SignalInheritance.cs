using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// What a process ignores, the processes it starts ignore too, and that reaches into containers: .NET ignores SIGPIPE, and a shell's
/// background job ignores SIGINT. A signal that is handled starts afresh in a child, so what is ignored gets a handler that does nothing.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class SignalInheritance
{
    // Any function of the C library that takes an int and may be called in a signal handler.
    private const string Nothing = "abs";

    /// <summary>Call it after the host has taken the signals it wants.</summary>
    public static void Reset()
    {
        var library = NativeLibrary.Load("libc.so.6");
        var nothing = NativeLibrary.GetExport(library, Nothing);
        var ignored = ReadIgnored();
        for (var signal = 1; signal <= 64; signal++)
        {
            if ((ignored & (1UL << (signal - 1))) != 0)
            {
                _ = Handle(signal, nothing);
            }
        }
    }

    private static ulong ReadIgnored()
    {
        const string Field = "SigIgn:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is null ? 0 : ulong.Parse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint Handle(int signal, nint handler);
}
