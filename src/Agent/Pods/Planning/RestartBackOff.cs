namespace Orchestrator.Agent.Pods.Planning;

/// <param name="Delay">How long to wait after the next failure.</param>
/// <param name="Since">When the last try began.</param>
internal readonly record struct RestartBackOff(TimeSpan Delay, DateTimeOffset Since);

/// <summary>
/// The kubelet's back-off: the first retry is at once, then 10 s, doubled each time, capped; what ran long enough starts over.
/// </summary>
internal sealed record BackOffPolicy(TimeSpan Initial, TimeSpan Cap, TimeSpan ResetAfter)
{
    public static BackOffPolicy Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));

    /// <summary>When the next try is due after a failure at this time; not after it when it is due at once.</summary>
    public DateTimeOffset DueAt(RestartBackOff? backOff, DateTimeOffset failedAt) =>
        backOff is { } entry && failedAt - entry.Since <= ResetAfter ? failedAt + entry.Delay : failedAt;

    public RestartBackOff Next(RestartBackOff? backOff, DateTimeOffset failedAt, DateTimeOffset now) =>
        backOff is { } entry && failedAt - entry.Since <= ResetAfter
            ? new(entry.Delay * 2 < Cap ? entry.Delay * 2 : Cap, now)
            : new(Initial, now);
}
