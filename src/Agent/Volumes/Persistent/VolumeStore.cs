using System.Collections.Concurrent;
using System.Text.Json;
using Orchestrator.Agent.Runtimes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>Where the volumes of this node are: a folder each, with its record beside the data. Outlives pods, agents and API objects.</summary>
internal sealed class VolumeStore(string root)
{
    private const string RecordFile = "volume.json";
    private const string Removed = ".removed-";
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    public string Root => root;

    /// <summary>A handle is what an administrator wrote; a folder is named by it, so nothing but its letters counts, and it never begins with a dot.</summary>
    /// <exception cref="VolumeProblemException">It could name another place.</exception>
    public string FolderOf(string handle) => Model.NameRules.DnsSubdomain(handle) is { } wrong
        ? throw new VolumeProblemException("InvalidHandle", $"spec.csi.volumeHandle: Invalid value: \"{handle}\": {wrong}")
        : Path.Combine(root, handle);

    public VolumeRecord? Read(string handle)
    {
        var file = Path.Combine(FolderOf(handle), RecordFile);
        return File.Exists(file) ? JsonSerializer.Deserialize<VolumeRecord>(File.ReadAllBytes(file)) : null;
    }

    public void Write(VolumeRecord record)
    {
        OwnerOnly.CreateDirectory(root);
        var folder = FolderOf(record.Order.Handle);
        // Whoever has the volume mounted gets at it by its own path, not through this folder.
        OwnerOnly.CreateDirectory(folder);
        OwnerOnly.WriteAtomically(Path.Combine(folder, RecordFile), JsonSerializer.SerializeToUtf8Bytes(record));
    }

    public IEnumerable<VolumeRecord> All() => !Directory.Exists(root) ? []
        : Directory.EnumerateDirectories(root).Select(folder => Path.GetFileName(folder)).Where(name => name[0] != '.').Select(Read).OfType<VolumeRecord>();

    /// <summary>Removes a volume with its data, all at once for who looks: what is left of a removal that was cut short is not a volume any more.</summary>
    public void Remove(string handle)
    {
        var folder = FolderOf(handle);
        if (Directory.Exists(folder))
        {
            RefuseMounts(folder);
            Directory.Move(folder, Path.Combine(root, $"{Removed}{handle}-{Guid.NewGuid():N}"));
        }
        Sweep();
    }

    /// <summary>Ends removals that were cut short.</summary>
    public void Sweep()
    {
        foreach (var folder in Directory.Exists(root) ? Directory.EnumerateDirectories(root, Removed + "*") : [])
        {
            RefuseMounts(folder);
            TreeRemoval.Remove(folder);
        }
    }

    /// <summary>Holds off all others that work on the volume.</summary>
    public async Task<IDisposable> LockAsync(string handle, CancellationToken cancellationToken)
    {
        var gate = _locks.GetOrAdd(handle, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        return new Held(gate);
    }

    // A removal would go on into what is mounted.
    private static void RefuseMounts(string folder)
    {
        if (MountTable.Below(folder) is [var mount, ..])
        {
            throw new VolumeProblemException("Busy", $"{mount} is still mounted");
        }
    }

    private sealed class Held(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
