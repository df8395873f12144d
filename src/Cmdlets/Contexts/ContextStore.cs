namespace Orchestrator.Cmdlets;

/// <summary>
/// The contexts this session knows, in the order they are searched: those it was given (Start-LocalCluster, Connect-Cluster), those of
/// <c>KUBECONFIG</c> or <c>~/.kube/config</c>, those of the local clusters. It never writes a file that belongs to other tools.
/// </summary>
internal static class ContextStore
{
    private static readonly Lock Gate = new();
    private static readonly List<string> SessionFiles = [];
    private static (string Name, string File)? _chosen;

    public static IReadOnlyList<ClusterContext> All()
    {
        var current = Current();
        return [.. Known().Select(context => context with { IsCurrent = context.Name == current?.Name && context.KubeConfig == current.KubeConfig })];
    }

    /// <summary>The context of that name; of null, the current one.</summary>
    /// <exception cref="ClusterException">There is none.</exception>
    public static ClusterContext Resolve(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return Current() ?? throw ClusterException.NoContext();
        }

        var known = Known().ToArray();
        return known.FirstOrDefault(context => context.Name == name)
            ?? known.FirstOrDefault(context => context.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw ClusterException.UnknownContext(name, known.Select(context => context.Name).Distinct());
    }

    /// <summary>Makes a context of a file the session's current one.</summary>
    public static ClusterContext Use(string file, string name)
    {
        lock (Gate)
        {
            SessionFiles.Remove(file);
            SessionFiles.Insert(0, file);
            _chosen = (name, file);
        }

        return Current() ?? throw ClusterException.UnknownContext(name, []);
    }

    /// <summary>Forgets a file, such as a stopped cluster's.</summary>
    public static void Forget(string file)
    {
        lock (Gate)
        {
            SessionFiles.Remove(file);
            if (_chosen?.File == file)
            {
                _chosen = null;
            }
        }
    }

    private static ClusterContext? Current()
    {
        if (_chosen is { } chosen && File.Exists(chosen.File))
        {
            return KubeConfigFile.Contexts(chosen.File).FirstOrDefault(context => context.Name == chosen.Name);
        }

        foreach (var file in UserFiles().Where(File.Exists))
        {
            if (KubeConfigFile.Load(file).CurrentContext is { Length: > 0 } name
                && Known().FirstOrDefault(context => context.Name == name) is { } context)
            {
                return context;
            }
        }

        // Somebody who has one local cluster and nothing else means that one.
        return LocalFiles().Take(2).ToArray() is [var only] ? KubeConfigFile.Contexts(only).FirstOrDefault() : null;
    }

    private static IEnumerable<ClusterContext> Known()
    {
        string[] session;
        lock (Gate)
        {
            session = [.. SessionFiles];
        }

        return session.Concat(UserFiles()).Concat(LocalFiles()).Distinct(StringComparer.Ordinal).Where(File.Exists).SelectMany(KubeConfigFile.Contexts);
    }

    private static IEnumerable<string> UserFiles()
    {
        var listed = Environment.GetEnvironmentVariable("KUBECONFIG");
        return string.IsNullOrEmpty(listed)
            ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config")]
            : listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFullPath);
    }

    private static IEnumerable<string> LocalFiles() => LocalClusterFolder.All().Select(folder => folder.KubeConfig).Where(File.Exists);
}
