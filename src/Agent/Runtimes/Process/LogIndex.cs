using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>At <paramref name="Time"/> the log was seen to be <paramref name="Offset"/> bytes long: what lies before it was written by then.</summary>
internal readonly record struct LogMark(long Offset, DateTimeOffset Time);

/// <summary>
/// The marks of one log, a file of 16-byte entries in order. The first mark is the log's beginning: bytes before it were given up.
/// Read by position, so that a long history costs a search no memory.
/// </summary>
internal sealed class LogIndex(SafeFileHandle file) : IDisposable
{
    public const int EntrySize = 16;

    public long Count => RandomAccess.GetLength(file) / EntrySize;

    public static LogIndex? TryOpen(string path)
    {
        try
        {
            return new(File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public LogMark this[long position]
    {
        get
        {
            Span<byte> entry = stackalloc byte[EntrySize];
            RandomAccess.Read(file, entry, position * EntrySize);
            return Decode(entry);
        }
    }

    /// <summary>Position of the first mark that lies beyond this byte, or <see cref="Count"/>: its time is when the byte was seen.</summary>
    public long FindCovering(long offset) => Search(mark => mark.Offset > offset);

    /// <summary>Position of the first mark at or after this time, or <see cref="Count"/>.</summary>
    public long FindTime(DateTimeOffset time) => Search(mark => mark.Time >= time);

    public static void Encode(Span<byte> entry, LogMark mark)
    {
        BinaryPrimitives.WriteInt64LittleEndian(entry, mark.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], mark.Time.UtcTicks);
    }

    public static LogMark Decode(ReadOnlySpan<byte> entry) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(entry), new(BinaryPrimitives.ReadInt64LittleEndian(entry[8..]), TimeSpan.Zero));

    public void Dispose() => file.Dispose();

    private long Search(Func<LogMark, bool> holds)
    {
        var (low, high) = (0L, Count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            (low, high) = holds(this[middle]) ? (low, middle) : (middle + 1, high);
        }
        return low;
    }
}
