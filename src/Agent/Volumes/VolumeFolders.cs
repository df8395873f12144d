namespace Orchestrator.Agent.Volumes;

/// <summary>Where volumes are: a folder a pod below the data folder, gone with the pod.</summary>
internal sealed class VolumeFolders(string root)
{
    // A UID is what the API server says it is; a folder is named by it, so nothing but its letters counts.
    public string Of(string podUid) => Path.Combine(root, string.Concat(podUid.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-')));

    public IEnumerable<string> All() => Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [];

    /// <summary>Called after a pod's volumes are gone.</summary>
    public event Action? Left;

    /// <summary>Removes a pod's volumes with all that is in them; those of claims are elsewhere, and stay.</summary>
    public void TearDown(string podUid)
    {
        var folder = Of(podUid);
        if (!Directory.Exists(folder))
        {
            return;
        }
        foreach (var mount in MountTable.Below(folder))
        {
            FileNative.Unmount(mount);
        }
        if (MountTable.Below(folder) is [var left, ..])
        {
            // A removal would go on into what is mounted, which may be somebody's data.
            throw new IOException($"{left} is still mounted");
        }
        TreeRemoval.Remove(folder);
        Left?.Invoke();
    }

    /// <summary>Removes what is left of pods that nobody knows any more.</summary>
    public void TearDownExcept(IReadOnlyCollection<string> podUids)
    {
        if (Directory.Exists(root))
        {
            var kept = podUids.Select(Of).ToHashSet();
            foreach (var folder in Directory.EnumerateDirectories(root).Where(folder => !kept.Contains(folder)))
            {
                TearDown(Path.GetFileName(folder));
            }
        }
    }
}
