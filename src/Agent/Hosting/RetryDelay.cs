namespace Orchestrator.Agent;

/// <summary>Doubling delays with jitter between tries: 250 ms to 10 s unless told otherwise.</summary>
internal sealed class RetryDelay(TimeSpan? first = null, TimeSpan? cap = null)
{
    private readonly TimeSpan _cap = cap ?? TimeSpan.FromSeconds(10);
    private TimeSpan _delay = first ?? TimeSpan.FromMilliseconds(250);

    public Task WaitAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        // Full jitter in the upper half: many agents that lost one controller do not come back in step.
        var delay = _delay * (0.5 + Random.Shared.NextDouble() / 2);
        _delay = _delay * 2 < _cap ? _delay * 2 : _cap;
        return Task.Delay(delay, time, cancellationToken);
    }
}
