using System.Threading.Channels;
using Orchestrator.Model.Tunnel;

namespace Orchestrator.Cmdlets;

/// <summary>A command that runs in a pod. Its output is read ahead, as far as a bound, while input is written.</summary>
internal sealed class RunningCommand : IAsyncDisposable
{
    private const int ReadAhead = 64;

    private readonly Channel<(StreamChannel Channel, byte[] Data)> _output = Channel.CreateBounded<(StreamChannel, byte[])>(new BoundedChannelOptions(ReadAhead) { SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly PodConnection _connection;
    private readonly MemoryStream _status = new();
    private readonly Task _reading;
    private Task<bool>? _next;
    private bool _inputOver;

    private RunningCommand(PodConnection connection)
    {
        _connection = connection;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Output and error output, in pieces as they came; completes with the command, or fails with its connection.</summary>
    public ChannelReader<(StreamChannel Channel, byte[] Data)> Output => _output.Reader;

    public static async Task<RunningCommand> StartAsync(ClusterClient client, ObjectTarget pod, PodCommand command, CancellationToken cancellationToken) =>
        new(await client.ExecAsync(pod, command, cancellationToken));

    /// <summary>Writes input, while <paramref name="onOutput"/> is given what the command writes: it may wait for that before it reads on.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> data, Action<StreamChannel, byte[]> onOutput, CancellationToken cancellationToken)
    {
        if (_inputOver || _reading.IsCompleted)
        {
            return;
        }

        var writing = _connection.WriteAsync(StreamChannel.Input, data, cancellationToken);
        while (!writing.IsCompleted && !_output.Reader.Completion.IsCompleted)
        {
            Drain(onOutput);
            _next = _next is { IsCompleted: false } ? _next : _output.Reader.WaitToReadAsync(cancellationToken).AsTask();
            await Task.WhenAny(writing, _next);
        }

        Drain(onOutput);
        try
        {
            await writing;
        }
        catch (ClusterException)
        {
            // It reads no more, as when a pipe's reader goes away. Whether it had ended, or its connection, the reader tells.
            _inputOver = true;
        }
    }

    public async Task CloseInputAsync(CancellationToken cancellationToken)
    {
        if (_inputOver || _reading.IsCompleted)
        {
            return;
        }

        try
        {
            await _connection.CloseInputAsync(cancellationToken);
        }
        catch (ClusterException)
        {
            // The reader tells what became of the connection.
        }
    }

    /// <summary>Hands on what is left of the output and waits for the end.</summary>
    public async Task<CommandEnd> FinishAsync(Action<StreamChannel, byte[]> onOutput, CancellationToken cancellationToken)
    {
        await foreach (var (channel, data) in _output.Reader.ReadAllAsync(cancellationToken))
        {
            onOutput(channel, data);
        }

        return End();
    }

    /// <exception cref="ClusterException">The connection ended before the command.</exception>
    public CommandEnd End() => _status.Length > 0
        ? CommandEnd.Parse(_status.GetBuffer().AsSpan(0, (int)_status.Length))
        : throw ClusterException.Broken("it ended before the command had told its exit code");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync();
        await _status.DisposeAsync();
        _stop.Dispose();
    }

    private void Drain(Action<StreamChannel, byte[]> onOutput)
    {
        while (_output.Reader.TryRead(out var piece))
        {
            onOutput(piece.Channel, piece.Data);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _connection.ReadAsync(_stop.Token) is { } frame)
            {
                if (frame.Channel == StreamChannel.Status)
                {
                    _status.Write(frame.Data.Span);
                }
                else if (frame.Channel is StreamChannel.Output or StreamChannel.ErrorOutput)
                {
                    await _output.Writer.WriteAsync((frame.Channel, frame.Data.ToArray()), _stop.Token);
                }
            }

            _output.Writer.Complete();
        }
        catch (Exception over)
        {
            _output.Writer.Complete(over);
        }
    }
}
