using Microsoft.Extensions.Time.Testing;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Model;
using Xunit;

namespace Orchestrator.Controller.Tests.Reconciling;

public sealed class WorkQueueTests
{
    private static readonly ObjectKey A = new("pods", "default", "a");
    private static readonly ObjectKey B = new("pods", "default", "b");

    [Fact]
    public async Task Add_Twice_ComesOnce()
    {
        using var queue = new WorkQueue(new FakeTimeProvider());
        queue.Add(A);
        queue.Add(A);
        queue.Add(B);
        Assert.Equal([A, B], [await queue.TakeAsync(TestContext.Current.CancellationToken), await queue.TakeAsync(TestContext.Current.CancellationToken)]);
        Assert.False(queue.TakeAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task Add_WhileWorkedOn_ComesAgainOnlyAfterwards()
    {
        using var queue = new WorkQueue(new FakeTimeProvider());
        queue.Add(A);
        Assert.Equal(A, await queue.TakeAsync(TestContext.Current.CancellationToken));
        queue.Add(A);
        var next = queue.TakeAsync(TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        queue.Done(A, failed: false);
        Assert.Equal(A, await next);
    }

    [Theory]
    [InlineData(21, 42)]
    [InlineData(100, 200)]
    [InlineData(10_000, 500)]
    public async Task Done_AfterLongWork_WhatWasAddedMeanwhileComesAfterARest(int workMilliseconds, int restMilliseconds)
    {
        var time = new FakeTimeProvider();
        using var queue = new WorkQueue(time);
        queue.Add(A);
        await queue.TakeAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMilliseconds(workMilliseconds));
        queue.Add(A);
        queue.Done(A, failed: false);
        var again = queue.TakeAsync(TestContext.Current.CancellationToken);
        queue.Add(A);
        // Others don't wait for it.
        queue.Add(B);
        Assert.Equal(B, await again);
        queue.Done(B, failed: false);
        again = queue.TakeAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMilliseconds(restMilliseconds - 1));
        Assert.False(again.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(A, await again.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken));
        queue.Done(A, failed: false);
        Assert.False(queue.TakeAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task Done_FailedAgainAndAgain_DoublesItsPauseUntilItSucceeds()
    {
        var time = new FakeTimeProvider();
        using var queue = new WorkQueue(time);
        queue.Add(A);
        var taken = queue.TakeAsync(TestContext.Current.CancellationToken);
        foreach (var milliseconds in new[] { 10, 20, 40, 80, 10 })
        {
            queue.Done(await taken, failed: true);
            taken = queue.TakeAsync(TestContext.Current.CancellationToken);
            var pause = TimeSpan.FromMilliseconds(milliseconds);
            // With jitter, never sooner than three quarters of the pause, nor later than five.
            time.Advance(pause * 0.74);
            Assert.False(taken.IsCompleted);
            time.Advance(pause * 0.52);
            await taken.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
            if (milliseconds == 80)
            {
                // A success starts the count anew.
                queue.Add(A);
                queue.Done(await taken, failed: false);
                taken = queue.TakeAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task AddAfter_Delay_ComesWhenDue()
    {
        var time = new FakeTimeProvider();
        using var queue = new WorkQueue(time);
        queue.AddAfter(A, TimeSpan.FromSeconds(5));
        var next = queue.TakeAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(A, await next);
    }
}
