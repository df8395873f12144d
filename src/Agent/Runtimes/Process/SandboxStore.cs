using System.Text.Json;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>A process pod's sandbox: no more than its address and name, on disk so that both outlive the agent.</summary>
internal sealed class SandboxStore(string folder, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SandboxRecord> _records = [];
    private AddressPool? _pool;

    public void Open()
    {
        OwnerOnly.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            try
            {
                if (JsonSerializer.Deserialize(File.ReadAllBytes(file), ProcessRuntimeJson.Default.SandboxRecord) is { } record)
                {
                    _records[record.PodUid] = record;
                }
            }
            catch (JsonException)
            {
                // Renames are atomic, so this is not ours.
                File.Delete(file);
            }
        }
    }

    public void UseAddressRange(string cidr)
    {
        lock (_lock)
        {
            if (_pool?.Cidr == cidr)
            {
                return;
            }
            _pool = new AddressPool(cidr);
            foreach (var record in _records.Values.Where(record => record.Ready))
            {
                _pool.Take(record.Address);
            }
        }
    }

    public IReadOnlyList<SandboxRecord> List()
    {
        lock (_lock)
        {
            return [.. _records.Values];
        }
    }

    public SandboxRecord? Find(string podUid)
    {
        lock (_lock)
        {
            return _records.GetValueOrDefault(podUid);
        }
    }

    /// <exception cref="CreateContainerException">The range has no address left, or none is known yet.</exception>
    public SandboxRecord Run(SandboxSpec spec)
    {
        lock (_lock)
        {
            if (_records.TryGetValue(spec.PodUid, out var existing) && existing.Ready)
            {
                return existing;
            }
            var address = spec.HostAddress ?? _pool?.TryAllocate()
                ?? throw new CreateContainerException(_pool is null
                    ? "this node has no podCIDR yet"
                    : $"the node's podCIDR {_pool.Cidr} has no address left");
            var record = new SandboxRecord(spec.PodUid, spec.Namespace, spec.PodName, spec.Hostname, address, true, time.GetUtcNow()) { Ports = HostPorts.Of(spec) };
            Write(record);
            return record;
        }
    }

    public void Stop(string podUid)
    {
        lock (_lock)
        {
            if (_records.TryGetValue(podUid, out var record) && record.Ready)
            {
                Write(record with { Ready = false });
                _pool?.Return(record.Address);
            }
        }
    }

    public void Remove(string podUid)
    {
        Stop(podUid);
        lock (_lock)
        {
            if (_records.Remove(podUid))
            {
                File.Delete(PathOf(podUid));
            }
        }
    }

    private void Write(SandboxRecord record)
    {
        OwnerOnly.WriteAtomically(PathOf(record.PodUid), JsonSerializer.SerializeToUtf8Bytes(record, ProcessRuntimeJson.Default.SandboxRecord));
        _records[record.PodUid] = record;
    }

    // A UID is what the API server says it is; a file name is made of it, so nothing but its letters counts.
    private string PathOf(string podUid) => Path.Combine(folder, $"{string.Concat(podUid.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'))}.json");
}
