using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Cluster.Tests.Hosts;

/// <summary>
/// Two network devices whose wire takes its time: each frame that goes into one comes out of the other when the delay is over, in order. It needs
/// nothing but tap devices, which any kernel has, where <c>netem</c> is a module that many lack. It ends when its devices are deleted.
/// </summary>
internal sealed partial class SlowWire
{
    private const nuint SetInterface = 0x400454ca; // TUNSETIFF
    private const short Tap = 0x2;
    private const short NoPacketInformation = 0x1000;
    private const int LongestFrame = 65_536;
    private readonly TimeSpan _delay;
    private readonly Task _ended;

    /// <param name="near">The name of one device, made in this process' network namespace.</param>
    /// <param name="far">The name of the other.</param>
    /// <param name="delay">How long a frame is under way.</param>
    public SlowWire(string near, string far, TimeSpan delay)
    {
        (Near, Far, _delay) = (near, far, delay);
        _ended = CarryAsync();
    }

    public string Near { get; }
    public string Far { get; }

    /// <summary>Ends when both devices are deleted.</summary>
    public Task WaitAsync() => _ended;

    private async Task CarryAsync()
    {
        using var near = Open(Near);
        using var far = Open(Far);
        await Task.WhenAll(CarryAsync(near, far), CarryAsync(far, near));
    }

    private async Task CarryAsync(SafeFileHandle from, SafeFileHandle to)
    {
        var frames = Channel.CreateUnbounded<(long Came, byte[] Frame)>(new() { SingleReader = true, SingleWriter = true });
        var reading = Task.Factory.StartNew(() => ReadAll(from, frames.Writer), TaskCreationOptions.LongRunning);
        await foreach (var (came, frame) in frames.Reader.ReadAllAsync())
        {
            // A timer counts whole milliseconds, and may come a part of one too soon.
            while (_delay - TimeProvider.System.GetElapsedTime(came) is { Ticks: > 0 } left)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), TimeProvider.System);
            }
            // A device that is down takes nothing: lost, as on any wire.
            _ = Write(to, frame, (nuint)frame.Length);
        }
        await reading;
    }

    private static void ReadAll(SafeFileHandle from, ChannelWriter<(long Came, byte[] Frame)> frames)
    {
        const int Interrupted = 4;
        var buffer = new byte[LongestFrame];
        for (nint read; (read = Read(from, buffer, (nuint)buffer.Length)) > 0 || Marshal.GetLastPInvokeError() == Interrupted;)
        {
            if (read > 0)
            {
                frames.TryWrite((TimeProvider.System.GetTimestamp(), buffer[..(int)read]));
            }
        }
        frames.Complete();
    }

    private static SafeFileHandle Open(string name)
    {
        var device = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        // struct ifreq: the name, then flags.
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Debug.Assert(name.Length < 16, "longer than a device's name may be");
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request[16..], (short)(Tap | NoPacketInformation));
        return Control(device, SetInterface, ref MemoryMarshal.GetReference(request)) == 0 ? device : throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle device, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle device, [Out] byte[] buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle device, byte[] buffer, nuint length);
}
