using System.Collections.Concurrent;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>Answers of the machine's resolvers, for as long as they may be kept, and half a minute at most. Bounded.</summary>
internal sealed class UpstreamCache(TimeProvider time)
{
    public const int Capacity = 10_000;
    public const uint MaxSeconds = 30;

    private readonly ConcurrentDictionary<(string Name, DnsType Type, bool Secure), Entry> _entries = [];

    public int Count => _entries.Count;

    /// <returns>A copy of the message, and the seconds since it came; null when there is none.</returns>
    public (byte[] Message, uint Elapsed)? Find(string name, DnsType type, bool secure)
    {
        if (!_entries.TryGetValue((name, type, secure), out var entry))
        {
            return null;
        }
        var elapsed = (uint)time.GetElapsedTime(entry.Since).TotalSeconds;
        if (elapsed < entry.Seconds)
        {
            return ([.. entry.Message], elapsed);
        }
        _entries.TryRemove(KeyValuePair.Create((name, type, secure), entry));
        return null;
    }

    public void Put(string name, DnsType type, bool secure, byte[] message, uint seconds)
    {
        if (seconds == 0)
        {
            return;
        }
        if (_entries.Count >= Capacity)
        {
            Shrink();
        }
        _entries[(name, type, secure)] = new(message, time.GetTimestamp(), seconds);
    }

    /// <summary>First what is over, then whatever comes first: it can be asked for again.</summary>
    private void Shrink()
    {
        foreach (var item in _entries)
        {
            if (time.GetElapsedTime(item.Value.Since).TotalSeconds >= item.Value.Seconds)
            {
                _entries.TryRemove(item);
            }
        }
        foreach (var item in _entries.Take(Math.Max(0, _entries.Count - Capacity * 9 / 10)))
        {
            _entries.TryRemove(item);
        }
    }

    private sealed record Entry(byte[] Message, long Since, uint Seconds);
}
