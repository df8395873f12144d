using System.Buffers.Binary;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// One thread that sleeps in poll(2) until a shim ends (its pidfd) or its folder changes (inotify). Nothing is polled for in idle.
/// Folder changes are held back for a moment so that a container that writes line by line wakes the agent tens of times a second, not thousands.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxProcessWatch : IDisposable
{
    private const uint Modified = 0x2;
    private const uint ClosedAfterWrite = 0x8;
    private const uint MovedHere = 0x80;
    private const uint Overflow = 0x4000;
    private static readonly TimeSpan HoldBack = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Dictionary<int, string> _folders = [];
    private readonly SafeFileHandle _inotify = Native.OpenInotify();
    private readonly SafeFileHandle _wake = Native.OpenEvent();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly TimeProvider _time;
    private readonly Action<string> _ended;
    private readonly Action<string> _touched;
    private readonly Thread _thread;
    private volatile bool _stopping;

    private sealed record Entry(SafeFileHandle Pidfd, int Watch);

    public LinuxProcessWatch(TimeProvider time, Action<string> ended, Action<string> touched)
    {
        (_time, _ended, _touched) = (time, ended, touched);
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "process watch" };
        _thread.Start();
    }

    public void Add(string id, string folder, SafeFileHandle pidfd)
    {
        lock (_lock)
        {
            var watch = Native.InotifyAdd(_inotify, folder, Modified | ClosedAfterWrite | MovedHere);
            if (watch < 0)
            {
                pidfd.Dispose();
                throw Native.Failure($"inotify_add_watch {folder}");
            }
            _entries[id] = new(pidfd, watch);
            _folders[watch] = id;
        }
        Wake();
    }

    public void Remove(string id)
    {
        lock (_lock)
        {
            if (_entries.Remove(id, out var entry))
            {
                _folders.Remove(entry.Watch);
                _ = Native.InotifyRemove(_inotify, entry.Watch);
                entry.Pidfd.Dispose();
            }
        }
    }

    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }
        _stopping = true;
        Wake();
        _thread.Join();
        foreach (var entry in _entries.Values)
        {
            entry.Pidfd.Dispose();
        }
        _inotify.Dispose();
        _wake.Dispose();
    }

    private void Wake() => _ = Native.Write(_wake, 1, sizeof(ulong));

    private void Run()
    {
        long? heldSince = null;
        while (!_stopping)
        {
            var (fds, ids) = Snapshot(withInotify: heldSince is null);
            var timeout = heldSince is { } since ? (int)Math.Max(0, (HoldBack - _time.GetElapsedTime(since)).TotalMilliseconds + 1) : -1;
            _ = Native.Poll(fds, (nuint)fds.Length, timeout);
            if (heldSince is { } began && _time.GetElapsedTime(began) >= HoldBack)
            {
                heldSince = null;
            }
            if (fds[0].ReturnedEvents != 0)
            {
                _ = Native.Read(_wake, _buffer, sizeof(ulong));
            }
            if (fds[1].ReturnedEvents != 0)
            {
                ReadFolders();
                heldSince = _time.GetTimestamp();
            }
            for (var i = 2; i < fds.Length; i++)
            {
                if (fds[i].ReturnedEvents != 0)
                {
                    Remove(ids[i - 2]);
                    _ended(ids[i - 2]);
                }
            }
        }
    }

    private (Native.PollFd[] Fds, string[] Ids) Snapshot(bool withInotify)
    {
        lock (_lock)
        {
            var fds = new Native.PollFd[_entries.Count + 2];
            var ids = new string[_entries.Count];
            fds[0] = new() { Fd = (int)_wake.DangerousGetHandle(), Events = Native.PollIn };
            // A negative descriptor is skipped by poll.
            fds[1] = new() { Fd = withInotify ? (int)_inotify.DangerousGetHandle() : -1, Events = Native.PollIn };
            var i = 0;
            foreach (var (id, entry) in _entries)
            {
                ids[i] = id;
                fds[2 + i++] = new() { Fd = (int)entry.Pidfd.DangerousGetHandle(), Events = Native.PollIn };
            }
            return (fds, ids);
        }
    }

    private void ReadFolders()
    {
        HashSet<string> touched = [];
        while (Native.Read(_inotify, _buffer, _buffer.Length) is var length && length > 0)
        {
            for (var at = 0; at < length;)
            {
                var header = _buffer.AsSpan(at);
                var watch = BinaryPrimitives.ReadInt32LittleEndian(header);
                var mask = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
                at += 16 + BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
                lock (_lock)
                {
                    if ((mask & Overflow) != 0)
                    {
                        touched.UnionWith(_entries.Keys);
                    }
                    else if (_folders.TryGetValue(watch, out var id))
                    {
                        touched.Add(id);
                    }
                }
            }
        }
        foreach (var id in touched)
        {
            _touched(id);
        }
    }
}
