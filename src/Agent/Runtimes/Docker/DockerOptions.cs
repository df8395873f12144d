namespace Orchestrator.Agent.Runtimes.Docker;

/// <param name="Endpoint">The engine's socket or pipe.</param>
/// <param name="Folder">The agent's own folder for this runtime, under its data folder.</param>
/// <param name="PidsLimit">Processes and threads a container may have.</param>
/// <param name="LogFileBytes">When the engine begins a new log file of a container; the kubelet's containerLogMaxSize.</param>
/// <param name="LogFiles">How many it keeps; the kubelet's containerLogMaxFiles.</param>
internal sealed record DockerOptions(Uri Endpoint, string Folder, long PidsLimit = 4096, long LogFileBytes = 10 << 20, int LogFiles = 5)
{
    /// <summary>The domain that this node's name server serves; null where it has none, and pods keep the engine's settings.</summary>
    public string? ClusterDomain { get; init; }

    /// <summary>A data folder's own mark on the engine, made once.</summary>
    public string ReadOwner()
    {
        OwnerOnly.CreateDirectory(Folder);
        var file = OwnerFile(Folder);
        if (!File.Exists(file))
        {
            OwnerOnly.WriteAtomically(file, System.Text.Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")));
        }
        return File.ReadAllText(file).Trim();
    }

    /// <summary>Whether this data folder ever used an engine.</summary>
    public static bool WasUsed(string folder) => File.Exists(OwnerFile(folder));

    public string PodsFolder => Path.Combine(Folder, "pods");

    /// <summary>A pod's last words; nothing but the letters of its UID counts.</summary>
    public string PodFolder(string podUid) => Path.Combine(PodsFolder, string.Concat(podUid.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-')));

    private static string OwnerFile(string folder) => Path.Combine(folder, "owner");
}
