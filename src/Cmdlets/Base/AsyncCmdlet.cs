using System.Management.Automation;

namespace Orchestrator.Cmdlets;

/// <summary>A cmdlet written with await: Ctrl-C cancels <see cref="Cancellation"/>, failures become error records, one per item.</summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private int _progressId;

    /// <summary>Cancelled as soon as the pipeline is stopped.</summary>
    protected CancellationToken Cancellation => _stopping.Token;

    protected static TimeProvider Time => TimeProvider.System;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected sealed override void BeginProcessing() => Run(BeginAsync);
    protected sealed override void ProcessRecord() => Run(ProcessAsync);
    protected sealed override void EndProcessing() => Run(EndAsync);
    protected sealed override void StopProcessing() => _stopping.Cancel();

    protected virtual Task BeginAsync() => Task.CompletedTask;
    protected virtual Task ProcessAsync() => Task.CompletedTask;
    protected virtual Task EndAsync() => Task.CompletedTask;

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stopping.Dispose();
        }
    }

    /// <summary>Runs one item's work; its failure is one error record and the next item goes on.</summary>
    /// <returns>Whether it succeeded.</returns>
    protected async Task<bool> TryAsync(object? target, Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception exception) when (Errors.Of(exception, target, Cancellation) is not null)
        {
            WriteError(Errors.Of(exception, target, Cancellation));
            return false;
        }
    }

    /// <summary>Progress of something that takes time; <paramref name="percent"/> -1 when it can't be told.</summary>
    protected void ShowProgress(string activity, string status, int percent = -1)
    {
        _progressId = Math.Abs(activity.GetHashCode(StringComparison.Ordinal));
        WriteProgress(new ProgressRecord(_progressId, activity, string.IsNullOrEmpty(status) ? "…" : status) { PercentComplete = percent });
    }

    protected void EndProgress(string activity) =>
        WriteProgress(new ProgressRecord(_progressId, activity, "done") { RecordType = ProgressRecordType.Completed });

    private void Run(Func<Task> work)
    {
        try
        {
            PipelineThread.Run(work);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (Errors.Of(exception, null, Cancellation) is not null)
        {
            WriteError(Errors.Of(exception, null, Cancellation));
        }
    }
}
