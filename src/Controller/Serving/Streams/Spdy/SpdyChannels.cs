using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Controller.Serving.Streams.Spdy;

/// <summary>A command's streams as streams of a SPDY session, which the client opens one by one and tells apart by their <c>streamtype</c>.</summary>
internal sealed class SpdyChannels : IClientChannels
{
    public const string Protocol = "v4.channel.k8s.io";

    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    private readonly SpdySession _session;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly Dictionary<StreamChannel, SpdyStream> _streams = [];
    private readonly Channel<ChannelFrame> _frames = Channel.CreateBounded<ChannelFrame>(1);

    private SpdyChannels(SpdySession session, TimeProvider time)
    {
        (_session, _time) = (session, time);
        _running = RunAsync();
    }

    /// <summary>Waits for the streams that the request asked for.</summary>
    /// <exception cref="InvalidDataException">They do not come, or others do.</exception>
    public static async Task<SpdyChannels> AcceptAsync(SpdySession session, CommandOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var channels = new SpdyChannels(session, time);
        try
        {
            await channels.OpenAsync(options, cancellationToken).ConfigureAwait(false);
            return channels;
        }
        catch
        {
            await channels.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask<ChannelFrame?> ReadAsync(CancellationToken cancellationToken) =>
        await _frames.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _frames.Reader.TryRead(out var frame) ? frame : null;

    public async ValueTask WriteAsync(StreamChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (_streams.TryGetValue(channel, out var stream) && data.Length > 0)
        {
            await stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var stream in _streams.Values)
            {
                await stream.FinishAsync(cancellationToken).ConfigureAwait(false);
            }
            // The client has read all when it closes.
            await _running.WaitAsync(CloseLimit, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or TimeoutException or OperationCanceledException)
        {
            // It did not wait for the end.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _session.DisposeAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task OpenAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(OpenLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var expected = options.Channels.ToHashSet();
        try
        {
            while (expected.Count > 0)
            {
                var stream = await _session.Accepted.ReadAsync(either.Token).ConfigureAwait(false);
                var type = stream.Headers.GetValueOrDefault("streamtype");
                if (ChannelOf(type) is not { } channel || !expected.Remove(channel))
                {
                    throw new InvalidDataException($"a stream of type \"{type}\" was not asked for");
                }
                _streams[channel] = stream;
            }
        }
        catch (Exception problem) when (problem is ChannelClosedException || limit.IsCancellationRequested)
        {
            throw new InvalidDataException("the client did not open all its streams", problem);
        }
        foreach (var (channel, stream) in _streams)
        {
            _ = CopyAsync(channel, stream.Input);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await _session.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _frames.Writer.TryComplete();
        }
    }

    private async Task CopyAsync(StreamChannel channel, PipeReader input)
    {
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(_stop.Token).ConfigureAwait(false);
                if (!read.Buffer.IsEmpty)
                {
                    await _frames.Writer.WriteAsync(new(channel, read.Buffer.ToArray()), _stop.Token).ConfigureAwait(false);
                }
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    await _frames.Writer.WriteAsync(ChannelFrame.Closing(channel), _stop.Token).ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or ChannelClosedException)
        {
            // The session ended, which the frames' end tells.
        }
    }

    private static StreamChannel? ChannelOf(string? type) => type switch
    {
        "stdin" => StreamChannel.Input,
        "stdout" => StreamChannel.Output,
        "stderr" => StreamChannel.ErrorOutput,
        "error" => StreamChannel.Status,
        "resize" => StreamChannel.Resize,
        _ => null,
    };
}
