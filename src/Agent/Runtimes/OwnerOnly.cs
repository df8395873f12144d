using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Runtimes;

/// <summary>Files and folders that only the agent's user can read, written so that a reader sees the old content or the new, whole.</summary>
internal static partial class OwnerOnly
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    /// <summary>Removes what writes that were killed left unfinished, in a folder of this agent's own and one level below it.</summary>
    public static void SweepUnfinished(string folder)
    {
        foreach (var place in Directory.EnumerateDirectories(folder).Prepend(folder).ToList())
        {
            foreach (var file in Directory.EnumerateFiles(place, "*.new").Where(file => UnfinishedName().IsMatch(file)))
            {
                File.Delete(file);
            }
        }
    }

    public static void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = System.IO.FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(content);
        }
        File.Move(temporary, path, overwrite: true);
    }

    [GeneratedRegex(@"\.[0-9]+\.new\z")]
    private static partial Regex UnfinishedName();
}
