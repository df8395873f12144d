namespace Orchestrator.Cmdlets;

/// <summary>The folder that holds all of one local cluster: state, credentials, data, images, logs.</summary>
internal sealed record LocalClusterFolder(string Path)
{
    public const string DefaultName = "local";

    /// <summary>Where this module keeps things of a user: <c>~/.orchestrator</c>.</summary>
    public static string Home { get; } =
        System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".orchestrator");

    public string Name => System.IO.Path.GetFileName(Path);
    public string StateFile => System.IO.Path.Combine(Path, "cluster.json");
    public string LockFile => System.IO.Path.Combine(Path, ".lock");
    public string KubeConfig => System.IO.Path.Combine(Path, "kubeconfig");
    public string BootstrapKubeConfig => System.IO.Path.Combine(Path, "bootstrap.kubeconfig");
    public string ControllerData => System.IO.Path.Combine(Path, "controller");
    public string Images => System.IO.Path.Combine(Path, "images");

    public bool Exists => File.Exists(StateFile);

    private static string Clusters => System.IO.Path.Combine(Home, "clusters");

    /// <summary>The folder of a name, or the one given.</summary>
    public static LocalClusterFolder Of(string? name, string? path) => new(path ?? System.IO.Path.Combine(Clusters, name ?? DefaultName));

    /// <summary>Those under the home folder; ones elsewhere are known only to who made them.</summary>
    public static IEnumerable<LocalClusterFolder> All() =>
        Directory.Exists(Clusters)
            ? Directory.EnumerateDirectories(Clusters).Order(StringComparer.Ordinal).Select(path => new LocalClusterFolder(path)).Where(folder => folder.Exists)
            : [];

    public string NodeData(string node) => System.IO.Path.Combine(Path, "nodes", node);
    public string Log(string process) => System.IO.Path.Combine(Path, "logs", $"{process}.log");

    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (var inner in new[] { ControllerData, System.IO.Path.Combine(Path, "logs"), System.IO.Path.Combine(Path, "nodes") })
        {
            Directory.CreateDirectory(inner);
        }
    }

    /// <summary>Keeps other sessions from starting or stopping the same cluster at the same time.</summary>
    public async Task<IDisposable> LockAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception is not DirectoryNotFoundException)
            {
                if (TimeProvider.System.GetElapsedTime(start) > timeout)
                {
                    throw ClusterException.LocalCluster("ClusterBusy", $"Another session is starting or stopping the cluster in {Path}.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }
}
