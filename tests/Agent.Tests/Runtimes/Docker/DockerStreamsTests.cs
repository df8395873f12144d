using Docker.DotNet;
using Orchestrator.Agent.Runtimes.Docker;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Docker;

public sealed class DockerStreamsTests
{
    [Fact]
    public async Task LetGoOf_TheStreamEndsForItsReader_TheProcessIsKilled()
    {
        var (connection, target) = (new Connection(), new Target());
        var streams = new DockerStreams(new MultiplexedStream(connection, multiplexed: false), target);
        using var letGo = new CancellationTokenSource();
        var reading = streams.CopyOutputAsync((_, _, _) => ValueTask.CompletedTask, letGo.Token);
        await letGo.CancelAsync();
        await reading.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        await streams.DisposeAsync();
        Assert.Equal(1, target.Kills);
    }

    [Fact]
    public async Task Ended_OfItself_NothingIsKilled()
    {
        var (connection, target) = (new Connection(), new Target());
        var streams = new DockerStreams(new MultiplexedStream(connection, multiplexed: false), target);
        connection.Dispose();
        await streams.CopyOutputAsync((_, _, _) => ValueTask.CompletedTask, TestContext.Current.CancellationToken);
        await streams.DisposeAsync();
        Assert.Equal(0, target.Kills);
    }

    /// <summary>Reads wait for its end, and then see an end as any other.</summary>
    private sealed class Connection : Stream
    {
        private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _end.Task;
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_end.Task);
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult(0);
            base.Dispose(disposing);
        }
    }

    private sealed class Target : IStreamTarget
    {
        public int Kills { get; private set; }

        public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int?> ExitCodeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task KillAsync(CancellationToken cancellationToken)
        {
            Kills++;
            return Task.CompletedTask;
        }
    }
}
