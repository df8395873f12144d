using System.Collections.Concurrent;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Runs asynchronous work with every continuation on the calling thread. The engine lets only its pipeline thread write objects,
/// so a cmdlet written with await may write them anywhere in its code.
/// </summary>
internal sealed class PipelineThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

    public static void Run(Func<Task> work)
    {
        var previous = Current;
        var thread = new PipelineThread();
        SetSynchronizationContext(thread);
        try
        {
            var task = work();
            task.ContinueWith(_ => thread._queue.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            foreach (var (callback, state) in thread._queue.GetConsumingEnumerable())
            {
                callback(state);
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The work is done and nobody reads the queue any more; what straggles (a cancelled request's clean-up) needs no particular thread.
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Blocking on the pipeline thread from another thread would deadlock.");
}
