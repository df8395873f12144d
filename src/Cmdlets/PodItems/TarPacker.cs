using System.Formats.Tar;

namespace Orchestrator.Cmdlets;

/// <summary>Makes an archive of a file or a folder of this machine as it is read.</summary>
internal sealed class TarPacker(Action<string> warn, Action<string, long> progress)
{
    private long _read;

    /// <param name="source">A file or folder.</param>
    /// <param name="name">What it is to be called in the archive.</param>
    public async Task PackAsync(string source, string name, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        await AddAsync(writer, source, name, isRoot: true, cancellationToken);
    }

    private async Task AddAsync(TarWriter writer, string path, string name, bool isRoot, CancellationToken cancellationToken)
    {
        FileSystemInfo item = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (item.LinkTarget is not null && !isRoot)
        {
            warn($"{path} is left out: it is a link.");
            return;
        }

        if (item is not DirectoryInfo folder)
        {
            await writer.WriteEntryAsync(File(path, name), cancellationToken);
            progress(name, _read += ((FileInfo)item).Length);
            return;
        }

        await writer.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.Directory, name + "/") { Mode = Mode(path, (UnixFileMode)0b111_101_101), ModificationTime = folder.LastWriteTimeUtc }, cancellationToken);
        foreach (var child in folder.EnumerateFileSystemInfos().OrderBy(child => child.Name, StringComparer.Ordinal))
        {
            await AddAsync(writer, child.FullName, $"{name}/{child.Name}", isRoot: false, cancellationToken);
        }
    }

    // The writer reads and closes the file.
    private static PaxTarEntry File(string path, string name) => new(TarEntryType.RegularFile, name)
    {
        DataStream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite),
        Mode = Mode(path, (UnixFileMode)0b110_100_100),
        ModificationTime = System.IO.File.GetLastWriteTimeUtc(path),
    };

    private static UnixFileMode Mode(string path, UnixFileMode onWindows) => OperatingSystem.IsWindows() ? onWindows : System.IO.File.GetUnixFileMode(path);
}
