using System.Formats.Tar;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Takes an archive that a pod made apart. What a pod says is not to be trusted: nothing is written but regular files and folders, below one place, by
/// names that this system can have.
/// </summary>
/// <param name="root">The item's own name in the archive.</param>
/// <param name="destination">What it is to be called here: a full path.</param>
internal sealed class TarExtractor(string root, string destination, Action<string> warn, Action<string, long> progress)
{
    private static readonly char[] Forbidden = [.. Path.GetInvalidFileNameChars(), .. OperatingSystem.IsWindows() ? ":" : ""];

    private long _written;

    /// <returns>Files that were written.</returns>
    /// <exception cref="ClusterException">An entry's name leads out of the destination.</exception>
    public async Task<int> ExtractAsync(Stream archive, CancellationToken cancellationToken)
    {
        var files = 0;
        await using var reader = new TarReader(archive, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            var target = Target(entry.Name);
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    CheckNoLink(target);
                    Directory.CreateDirectory(target);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    CheckNoLink(Path.GetDirectoryName(target) ?? target);
                    await WriteAsync(entry, target, cancellationToken);
                    files++;
                    break;
                default:
                    warn($"{entry.Name} is left out: it is a {entry.EntryType}.");
                    break;
            }
        }

        return files;
    }

    /// <summary>Where an entry goes.</summary>
    internal string Target(string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipWhile(part => part == ".").ToArray();
        if (name.StartsWith('/') || parts.Length == 0 || parts[0] != root || parts.Any(part => part is ".." or "." || part.IndexOfAny(Forbidden) >= 0))
        {
            throw new ClusterException("UnsafePath", System.Management.Automation.ErrorCategory.SecurityError, $"The pod sent \"{name}\", which can't be written below {destination}.");
        }

        return Path.Combine([destination, .. parts.Skip(1)]);
    }

    // A link that lies below the destination may lead out of it; the destination itself is the user's own choice.
    private void CheckNoLink(string folder)
    {
        for (var path = folder; path.Length > destination.Length; path = Path.GetDirectoryName(path) ?? "")
        {
            if (new DirectoryInfo(path).LinkTarget is not null)
            {
                throw new ClusterException("UnsafePath", System.Management.Automation.ErrorCategory.SecurityError, $"{path} is a link: nothing is written through it.");
            }
        }
    }

    private async Task WriteAsync(TarEntry entry, string target, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target) ?? target);
        if (File.Exists(target))
        {
            // Also what is a link to somewhere else.
            File.Delete(target);
        }

        await using (var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write))
        {
            var buffer = new byte[128 * 1024];
            while (entry.DataStream is { } data && await data.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                progress(entry.Name, _written += read);
            }
        }

        File.SetLastWriteTimeUtc(target, entry.ModificationTime.UtcDateTime);
        if (!OperatingSystem.IsWindows())
        {
            // What it may do, not whose right it does it with.
            File.SetUnixFileMode(target, entry.Mode & (UnixFileMode)0b111_111_111 | UnixFileMode.UserRead);
        }
    }
}
