using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>Reads one container's log from where a query begins, line by line, to its end or for as long as the container writes.</summary>
internal sealed class LogReader(ContainerLog log, LogQuery query)
{
    /// <summary>A longer line comes in pieces of this size.</summary>
    internal const int PieceBytes = 16 * 1024;

    // The mark that covers the bytes from _knownFrom on: looked up again only when reading leaves it.
    private LogMark _known;
    private long _knownFrom;

    /// <param name="next">
    /// Completes when the log may have grown; its result is false when the container has ended and nothing will be added.
    /// Asked for before each look at the log, so that no change falls between.
    /// </param>
    public async IAsyncEnumerable<LogChunk> ReadAsync(Func<Task<bool>> next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(2 * PieceBytes);
        try
        {
            var more = next();
            var (begin, end) = log.Observe();
            using var file = File.OpenHandle(log.Path, share: FileShare.ReadWrite | FileShare.Delete);
            var position = Start(file, begin, end);
            var startsLine = true;
            while (true)
            {
                while (position < end)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var wanted = (int)Math.Min(PieceBytes, end - position);
                    var read = RandomAccess.Read(file, buffer.AsSpan(0, wanted), position);
                    if (read == 0)
                    {
                        break;
                    }
                    var used = 0;
                    while (used < read)
                    {
                        var feed = buffer.AsSpan(used, read - used).IndexOf((byte)'\n');
                        var whole = feed >= 0 || (used == 0 && read == PieceBytes) || position + read >= end;
                        if (!whole)
                        {
                            break;
                        }
                        var length = feed >= 0 ? feed : read - used;
                        var time = TimeOf(position + used);
                        if (query.Since is not { } since || time >= since || !startsLine)
                        {
                            yield return new(time, buffer.AsMemory(used, length), startsLine, feed >= 0);
                        }
                        startsLine = feed >= 0;
                        used += length + (feed >= 0 ? 1 : 0);
                    }
                    position += used;
                    if (used == 0)
                    {
                        break;
                    }
                }
                if (!query.Follow || !await more.WaitAsync(cancellationToken))
                {
                    if (!query.Follow)
                    {
                        yield break;
                    }
                    // Ended: one last look, for what came between the last look and the end.
                    (begin, end) = log.Observe();
                    if (position >= end)
                    {
                        yield break;
                    }
                    more = Task.FromResult(false);
                    continue;
                }
                more = next();
                (begin, end) = log.Observe();
                if (begin > position || end < position)
                {
                    position = SkipPartialLine(file, begin, end);
                    startsLine = true;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private long Start(SafeFileHandle file, long begin, long end)
    {
        var position = begin;
        if (query.Since is { } since)
        {
            using var index = LogIndex.TryOpen(log.IndexPath);
            var mark = index?.FindTime(since) ?? 0;
            position = mark == 0 ? begin : Math.Max(begin, index?[mark - 1].Offset ?? begin);
        }
        position = SkipPartialLine(file, position, end);
        return query.Tail is { } tail ? Math.Max(position, FindTail(file, begin, end, tail)) : position;
    }

    private static long SkipPartialLine(SafeFileHandle file, long position, long end)
    {
        Span<byte> block = stackalloc byte[4096];
        if (position == 0 || position >= end || (RandomAccess.Read(file, block[..1], position - 1) == 1 && block[0] == '\n'))
        {
            return position;
        }
        while (position < end && RandomAccess.Read(file, block, position) is var read and > 0)
        {
            var feed = block[..read].IndexOf((byte)'\n');
            if (feed >= 0)
            {
                return position + feed + 1;
            }
            position += read;
        }
        return end;
    }

    /// <summary>Where the last lines begin: searched backwards, block by block.</summary>
    private static long FindTail(SafeFileHandle file, long begin, long end, int lines)
    {
        if (lines <= 0)
        {
            return end;
        }
        Span<byte> block = stackalloc byte[4096];
        var left = lines;
        for (var high = end; high > begin;)
        {
            var low = Math.Max(begin, high - block.Length);
            var read = RandomAccess.Read(file, block[..(int)(high - low)], low);
            for (var i = read - 1; i >= 0; i--)
            {
                // The last line's own feed ends it and begins none.
                if (block[i] == '\n' && low + i != end - 1 && --left == 0)
                {
                    return low + i + 1;
                }
            }
            high = low;
        }
        return begin;
    }

    private DateTimeOffset TimeOf(long offset)
    {
        if (offset >= _known.Offset || offset < _knownFrom)
        {
            using var index = LogIndex.TryOpen(log.IndexPath);
            var position = index?.FindCovering(offset) ?? 0;
            var count = index?.Count ?? 0;
            _known = position < count ? index?[position] ?? _known : _known with { Offset = offset + 1 };
            _knownFrom = offset;
        }
        return _known.Time;
    }
}
