using System.Buffers;
using System.Globalization;
using System.Text;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Tunnel;

internal static class LogLine
{
    /// <returns>How many bytes were written: no more than <paramref name="limit"/>.</returns>
    public static long Write(IBufferWriter<byte> output, LogChunk chunk, bool timestamp, long limit)
    {
        var left = limit;
        if (timestamp && chunk.StartsLine)
        {
            Put(Encoding.ASCII.GetBytes(chunk.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture)));
        }
        Put(chunk.Text.Span);
        if (chunk.EndsLine)
        {
            Put("\n"u8);
        }
        return limit - left;

        void Put(ReadOnlySpan<byte> bytes)
        {
            var part = bytes[..(int)Math.Min(bytes.Length, left)];
            output.Write(part);
            left -= part.Length;
        }
    }
}
