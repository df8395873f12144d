using Xunit;

namespace Orchestrator.Cmdlets.Tests.Base;

public sealed class PipelineThreadTests
{
    [Fact]
    public void Run_EveryContinuation_IsOnTheCallingThread()
    {
        var threads = new List<int> { Environment.CurrentManagedThreadId };

        PipelineThread.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Task.Run(() => { });
                await Task.Yield();
                threads.Add(Environment.CurrentManagedThreadId);
            }
        });

        Assert.Single(threads.Distinct());
        Assert.Equal(21, threads.Count);
    }

    [Fact]
    public void Run_AFailure_ComesOutAsItself() =>
        Assert.Throws<FormatException>(() => PipelineThread.Run(async () =>
        {
            await Task.Yield();
            throw new FormatException("wrong");
        }));

    [Fact]
    public void Run_RestoresTheContext()
    {
        var before = SynchronizationContext.Current;

        PipelineThread.Run(() => Task.CompletedTask);

        Assert.Same(before, SynchronizationContext.Current);
    }
}
