using Microsoft.Extensions.Time.Testing;
using Orchestrator.Controller.Kinds;
using Xunit;

namespace Orchestrator.Controller.Tests.Kinds;

public sealed class PacedBatchesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<(int Item, TaskCompletionSource Ends)> _underWay = [];
    private readonly List<int> _begun = [];

    [Fact]
    public async Task ForEach_Few_DoublesUpToTheWidest_WithoutAPause()
    {
        var running = Begin(32, firstBatch: 1);
        foreach (var width in (int[])[1, 2, 4, 8, 16, 1])
        {
            Assert.Equal(width, _underWay.Count);
            await EndBatchAsync(TimeSpan.FromMilliseconds(5));
        }
        Assert.True(running.IsCompletedSuccessfully);
        Assert.Equal(Enumerable.Range(0, 32), _begun);
    }

    [Theory]
    [InlineData(5, 15)]
    [InlineData(50, 150)]
    [InlineData(500, 250)]
    public async Task ForEach_Many_TheRestIsFewAtATime_WithPausesAsLongAsTheControllerIsBusy(int tookMilliseconds, int pauseMilliseconds)
    {
        var running = Begin(51, PacedBatches.Widest);
        foreach (var width in (int[])[16, 16])
        {
            Assert.Equal(width, _underWay.Count);
            await EndBatchAsync(TimeSpan.FromMilliseconds(tookMilliseconds));
        }
        foreach (var width in (int[])[8, 8])
        {
            Assert.Equal(width, _underWay.Count);
            await EndBatchAsync(TimeSpan.FromMilliseconds(tookMilliseconds));
            await AdvanceAsync(TimeSpan.FromMilliseconds(pauseMilliseconds - 1));
            Assert.Empty(_underWay);
            await AdvanceAsync(TimeSpan.FromMilliseconds(1));
        }
        Assert.Equal(3, _underWay.Count);
        await EndBatchAsync(TimeSpan.FromMilliseconds(tookMilliseconds));
        // After the last there is nothing to pause for.
        Assert.True(running.IsCompletedSuccessfully);
        Assert.Equal(Enumerable.Range(0, 51), _begun);
    }

    [Fact]
    public async Task ForEach_OneFails_ItsBatchIsTheLast()
    {
        var running = Begin(20, firstBatch: 4);
        _underWay[1].Ends.SetException(new InvalidOperationException("refused"));
        _underWay.RemoveAt(1);
        await EndBatchAsync(TimeSpan.FromMilliseconds(5));
        await Assert.ThrowsAsync<InvalidOperationException>(() => running);
        Assert.Equal(Enumerable.Range(0, 4), _begun);
    }

    [Fact]
    public async Task ForEach_GivenUp_EndsInItsPause()
    {
        using var end = new CancellationTokenSource();
        var running = Begin(48, PacedBatches.Widest, end.Token);
        for (var batch = 0; batch < 3; batch++)
        {
            await EndBatchAsync(TimeSpan.FromMilliseconds(5));
        }
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(Enumerable.Range(0, 40), _begun);
    }

    private Task Begin(int count, int firstBatch, CancellationToken? cancellationToken = null) => PacedBatches.ForEachAsync([.. Enumerable.Range(0, count)], firstBatch, item =>
    {
        var ends = new TaskCompletionSource();
        _begun.Add(item);
        _underWay.Add((item, ends));
        return ends.Task;
    }, _time, cancellationToken ?? TestContext.Current.CancellationToken);

    private Task EndBatchAsync(TimeSpan took)
    {
        var batch = _underWay.ToArray();
        _underWay.Clear();
        return AdvanceAsync(took, () =>
        {
            foreach (var (_, ends) in batch)
            {
                ends.SetResult();
            }
        });
    }

    /// <summary>Away from the test's own context: what waits for it has gone on when this is over.</summary>
    private Task AdvanceAsync(TimeSpan time, Action? then = null) => Task.Run(() =>
    {
        _time.Advance(time);
        then?.Invoke();
    });
}
