namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// A container's output file. The container appends to it directly; the agent only notes when it grew, and gives the disk blocks of its
/// oldest part back when it is too long. So the agent copies no output, and its death loses none.
/// </summary>
internal sealed class ContainerLog(ContainerFolder folder, TimeProvider time)
{
    /// <summary>10 MiB × 5, as the kubelet's defaults containerLogMaxSize and containerLogMaxFiles.</summary>
    internal const long KeepBytes = 40L << 20;
    internal const long TrimAtBytes = 50L << 20;
    private const long BlockBytes = 4096;

    private readonly Lock _lock = new();
    private LogMark? _first;
    private LogMark _last;

    public string Path => folder.Log;
    public string IndexPath => folder.LogIndex;

    /// <summary>Notes how long the log is now, and returns where it begins and ends.</summary>
    public (long Begin, long End) Observe()
    {
        lock (_lock)
        {
            var file = new FileInfo(folder.Log);
            if (!file.Exists)
            {
                return (0, 0);
            }
            Load(file);
            var end = file.Length;
            if (end < _last.Offset)
            {
                // Someone emptied it: the marks no longer mean anything.
                Rewrite([new(0, time.GetUtcNow())]);
            }
            if (end > _last.Offset)
            {
                Append(new(end, time.GetUtcNow()));
            }
            if (end - _first.GetValueOrDefault().Offset > TrimAtBytes)
            {
                end = Trim(end);
            }
            return (_first.GetValueOrDefault().Offset, end);
        }
    }

    private void Load(FileInfo file)
    {
        if (_first is not null)
        {
            return;
        }
        using var index = LogIndex.TryOpen(folder.LogIndex);
        if (index is { Count: > 0 })
        {
            (_first, _last) = (index[0], index[index.Count - 1]);
            if (file.Length > _last.Offset)
            {
                // Written while no agent looked: the file's own time is the best that is known.
                Append(new(file.Length, Max(_last.Time, file.LastWriteTimeUtc)));
            }
        }
        else
        {
            Rewrite([new(0, file.CreationTimeUtc)]);
        }
    }

    private long Trim(long end)
    {
        var begin = (end - KeepBytes) / BlockBytes * BlockBytes;
        using (var file = File.OpenHandle(folder.Log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            if (OperatingSystem.IsLinux() && Native.PunchHead(file, begin))
            {
                Rewrite(MarksFrom(begin));
                return end;
            }
            // A file system without holes: the log starts over. Its writer appends, so it goes on at the new end.
            RandomAccess.SetLength(file, 0);
        }
        Rewrite([new(0, time.GetUtcNow())]);
        return 0;
    }

    private List<LogMark> MarksFrom(long begin)
    {
        using var index = LogIndex.TryOpen(folder.LogIndex);
        List<LogMark> marks = [];
        var count = index?.Count ?? 0;
        for (var i = index?.FindCovering(begin) ?? 0; i < count; i++)
        {
            var mark = index?[i] ?? default;
            if (marks.Count == 0)
            {
                marks.Add(new(begin, mark.Time));
            }
            marks.Add(mark);
        }
        return marks;
    }

    private void Append(LogMark mark)
    {
        var entry = new byte[LogIndex.EntrySize];
        LogIndex.Encode(entry, mark);
        using var file = File.OpenHandle(folder.LogIndex, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        // A torn entry of a crash is overwritten.
        RandomAccess.Write(file, entry, RandomAccess.GetLength(file) / LogIndex.EntrySize * LogIndex.EntrySize);
        _first ??= mark;
        _last = mark;
    }

    private void Rewrite(List<LogMark> marks)
    {
        var bytes = new byte[marks.Count * LogIndex.EntrySize];
        for (var i = 0; i < marks.Count; i++)
        {
            LogIndex.Encode(bytes.AsSpan(i * LogIndex.EntrySize), marks[i]);
        }
        OwnerOnly.WriteAtomically(folder.LogIndex, bytes);
        (_first, _last) = (marks[0], marks[^1]);
    }

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
