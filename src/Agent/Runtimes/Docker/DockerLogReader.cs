using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Docker.DotNet;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>
/// The engine's log of a container as chunks. Each frame is one message: a line, or up to 16 KiB of a longer one, behind its time.
/// </summary>
internal sealed class DockerLogReader(DockerClient client)
{
    private const int HeaderBytes = 8;
    private const int FrameLimit = 1 << 20;

    public async IAsyncEnumerable<LogChunk> ReadAsync(
        string containerId, bool tty, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // As if it had a terminal: the bytes come as they are, so that a frame's end can be seen.
        using var stream = await client.Containers.GetContainerLogsAsync(containerId, true, new()
        {
            ShowStdout = true,
            ShowStderr = true,
            Timestamps = true,
            Follow = query.Follow,
            Tail = query.Tail is { } tail ? tail.ToString(CultureInfo.InvariantCulture) : "all",
            Since = query.Since is { } since
                ? string.Create(CultureInfo.InvariantCulture, $"{since.ToUnixTimeSeconds()}.{since.UtcTicks % TimeSpan.TicksPerSecond * 100:D9}")
                : null,
        }, cancellationToken);
        await using var close = cancellationToken.Register(stream.Dispose);
        var input = new ByteInput(stream);
        var startsLine = true;
        while (true)
        {
            var message = await NextAsync(input, tty, cancellationToken);
            if (message is not { } bytes)
            {
                yield break;
            }
            var space = bytes.Span.IndexOf((byte)' ');
            if (space < 0 || !DateTimeOffset.TryParse(Encoding.ASCII.GetString(bytes.Span[..space]), CultureInfo.InvariantCulture, out var time))
            {
                continue;
            }
            var text = bytes[(space + 1)..];
            var endsLine = text.Length > 0 && text.Span[^1] == '\n';
            yield return new(time, endsLine ? text[..^1] : text, startsLine, endsLine);
            startsLine = endsLine;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> NextAsync(ByteInput input, bool tty, CancellationToken cancellationToken)
    {
        if (tty)
        {
            return await input.ReadLineAsync(FrameLimit, cancellationToken);
        }
        if (await input.ReadAsync(HeaderBytes, cancellationToken) is not { } header)
        {
            return null;
        }
        var length = BinaryPrimitives.ReadInt32BigEndian(header.Span[4..]);
        return length is < 0 or > FrameLimit
            ? throw new InvalidDataException($"the engine's log has a frame of {length} bytes")
            : await input.ReadAsync(length, cancellationToken);
    }

    private sealed class ByteInput(MultiplexedStream stream)
    {
        private byte[] _buffer = new byte[32 * 1024];
        private int _start;
        private int _end;

        /// <summary>Valid until the next call; null when the stream ends before it has so many.</summary>
        public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(int count, CancellationToken cancellationToken)
        {
            while (_end - _start < count)
            {
                if (!await FillAsync(count, cancellationToken))
                {
                    return null;
                }
            }
            var read = _buffer.AsMemory(_start, count);
            _start += count;
            return read;
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(int limit, CancellationToken cancellationToken)
        {
            for (var searched = 0; ;)
            {
                var feed = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
                if (feed >= 0)
                {
                    return await ReadAsync(searched + feed + 1, cancellationToken);
                }
                searched = _end - _start;
                if (searched >= limit || !await FillAsync(searched + 1, cancellationToken))
                {
                    return searched == 0 ? null : await ReadAsync(searched, cancellationToken);
                }
            }
        }

        private async ValueTask<bool> FillAsync(int needed, CancellationToken cancellationToken)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            if (needed > _buffer.Length || _end == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
            }
            var result = await stream.ReadOutputAsync(_buffer, _end, _buffer.Length - _end, cancellationToken);
            _end += result.Count;
            return result.Count > 0;
        }
    }
}
