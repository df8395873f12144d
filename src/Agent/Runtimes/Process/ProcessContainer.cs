namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>One container in memory. Its state only moves forward: created, running, exited.</summary>
internal sealed class ProcessContainer
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<bool> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ContainerState _state;
    private DateTimeOffset? _startedAt;
    private ExitRecord? _exit;

    public ProcessContainer(ContainerRecord record, ContainerFolder folder, TimeProvider time)
    {
        (Record, Folder, Log) = (record, folder, new ContainerLog(folder, time));
    }

    public ContainerRecord Record { get; }
    public ContainerFolder Folder { get; }
    public ContainerLog Log { get; }
    public Task Exited => _exited.Task;

    /// <summary>What a start needs and the disk must not hold; gone with the agent, and then so is the right to start this container.</summary>
    public ContainerSpec? Spec { get; set; }

    public ContainerState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    public ContainerObservation Observe()
    {
        lock (_lock)
        {
            return new()
            {
                Id = Record.Id,
                PodUid = Record.PodUid,
                Name = Record.Name,
                Attempt = Record.Attempt,
                Image = Record.Image,
                ImageId = Record.ImageId,
                State = _state,
                CreatedAt = Record.CreatedAt,
                StartedAt = _startedAt,
                FinishedAt = _exit?.FinishedAt,
                ExitCode = _exit?.ExitCode,
                Reason = _exit?.Reason,
                Message = _exit?.Message,
            };
        }
    }

    public void MarkRunning(DateTimeOffset startedAt)
    {
        lock (_lock)
        {
            if (_state == ContainerState.Created)
            {
                (_state, _startedAt) = (ContainerState.Running, startedAt);
            }
        }
    }

    public void MarkExited(ExitRecord exit, DateTimeOffset? startedAt = null)
    {
        lock (_lock)
        {
            (_state, _exit, _startedAt) = (ContainerState.Exited, exit, _startedAt ?? startedAt ?? exit.FinishedAt);
        }
        _exited.TrySetResult();
        Pulse();
    }

    /// <summary>Completes at the next change of the log or the state; false when there will be none.</summary>
    public Task<bool> Next()
    {
        lock (_lock)
        {
            return _state == ContainerState.Exited ? Task.FromResult(false) : _next.Task;
        }
    }

    public void Pulse()
    {
        TaskCompletionSource<bool> waiters;
        bool more;
        lock (_lock)
        {
            (waiters, _next) = (_next, new(TaskCreationOptions.RunContinuationsAsynchronously));
            more = _state != ContainerState.Exited;
        }
        waiters.SetResult(more);
    }
}
