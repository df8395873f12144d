namespace Orchestrator.Agent.Nodes.Eviction;

/// <param name="Threshold">The one that was crossed.</param>
/// <param name="Amount">What it comes to here.</param>
internal sealed record Shortage(EvictionThreshold Threshold, long Amount, long Available);

/// <summary>
/// From readings to shortages and conditions. A condition holds until its shortage has been over for the whole transition period, so that one
/// that comes and goes does not make the node swing with it. No clock, no I/O.
/// </summary>
internal sealed class PressureJudge(IReadOnlyList<EvictionThreshold> thresholds, TimeSpan transitionPeriod)
{
    private readonly Dictionary<string, DateTimeOffset> _lastShort = [];

    /// <returns>What is short now, the most urgent first.</returns>
    public IReadOnlyList<Shortage> Observe(IReadOnlyList<SignalReading> readings, DateTimeOffset now)
    {
        List<Shortage> found = [];
        foreach (var signal in EvictionSignals.All)
        {
            foreach (var reading in readings.Where(reading => reading.Signal == signal))
            {
                var crossed = thresholds.Where(threshold => threshold.Signal == signal && reading.Available < threshold.AmountOf(reading.Capacity))
                    .MaxBy(threshold => threshold.AmountOf(reading.Capacity));
                if (crossed is not null)
                {
                    found.Add(new(crossed, crossed.AmountOf(reading.Capacity), reading.Available));
                    _lastShort[signal] = now;
                }
            }
        }
        return found;
    }

    public NodePressure Pressure(DateTimeOffset now)
    {
        return new(Holds(EvictionSignals.Memory), Holds(EvictionSignals.NodeDisk) || Holds(EvictionSignals.ImageDisk), Holds(EvictionSignals.Pids));

        bool Holds(string signal) => _lastShort.TryGetValue(signal, out var last) && now - last < transitionPeriod;
    }
}
