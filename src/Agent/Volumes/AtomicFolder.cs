using System.Security.Cryptography;

namespace Orchestrator.Agent.Volumes;

/// <summary>
/// A folder whose files change all at once, laid out as the kubelet does it: the files are in a folder of their own, <c>..data</c> is a link to
/// it, and each name is a link through that. Replacing <c>..data</c> by rename is the change: a reader sees the old files or the new, never both.
/// </summary>
internal sealed class AtomicFolder(string path)
{
    private const string Data = "..data";
    private const UnixFileMode FolderMode = (UnixFileMode)0b111_101_101;

    /// <param name="group">Who the files belong to beside their owner, or null.</param>
    /// <returns>False when it holds exactly these already.</returns>
    public bool Write(IReadOnlyCollection<ProjectedFile> files, long? group)
    {
        var data = Path.Combine(path, Data);
        var current = new DirectoryInfo(data).LinkTarget;
        if (current is not null && IsSame(Path.Combine(path, current), files, group))
        {
            return false;
        }
        var next = $"..{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        WriteFiles(Path.Combine(path, next), files, group);
        var link = Path.Combine(path, "..data_tmp");
        File.Delete(link);
        Directory.CreateSymbolicLink(link, next);
        FileNative.Replace(link, data);
        LinkNames(files);
        if (current is not null)
        {
            Directory.Delete(Path.Combine(path, current), recursive: true);
        }
        return true;
    }

    private static void WriteFiles(string folder, IReadOnlyCollection<ProjectedFile> files, long? group)
    {
        Make(folder, group);
        foreach (var file in files)
        {
            var target = Path.Combine(folder, file.Path);
            for (var parent = Path.GetDirectoryName(file.Path); !string.IsNullOrEmpty(parent); parent = Path.GetDirectoryName(parent))
            {
                Make(Path.Combine(folder, parent), group);
            }
            File.WriteAllBytes(target, file.Content);
            if (!OperatingSystem.IsWindows())
            {
                FileNative.SetGroup(target, group);
                File.SetUnixFileMode(target, Mode(file, group));
            }
        }
    }

    private static void Make(string folder, long? group)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            FileNative.SetGroup(folder, group);
            File.SetUnixFileMode(folder, FolderMode);
        }
    }

    // A group that was asked for can read, whatever the mode says: that is what it was asked for.
    private static UnixFileMode Mode(ProjectedFile file, long? group) =>
        (UnixFileMode)(file.Mode & 0b111_111_111) | (group is null ? 0 : UnixFileMode.GroupRead | UnixFileMode.UserRead);

    private void LinkNames(IReadOnlyCollection<ProjectedFile> files)
    {
        var names = files.Select(file => file.Path.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var link = Path.Combine(path, name);
            if (new FileInfo(link).LinkTarget is null)
            {
                File.CreateSymbolicLink(link, Path.Combine(Data, name));
            }
        }
        foreach (var old in new DirectoryInfo(path).EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith("..", StringComparison.Ordinal)))
        {
            if (old.LinkTarget is not null && !names.Contains(old.Name))
            {
                old.Delete();
            }
        }
    }

    private static bool IsSame(string folder, IReadOnlyCollection<ProjectedFile> files, long? group)
    {
        if (!Directory.Exists(folder) || Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count() != files.Count)
        {
            return false;
        }
        return files.All(file =>
        {
            var existing = Path.Combine(folder, file.Path);
            return File.Exists(existing) && File.ReadAllBytes(existing).AsSpan().SequenceEqual(file.Content)
                && (OperatingSystem.IsWindows() || File.GetUnixFileMode(existing) == Mode(file, group));
        });
    }
}
