namespace Orchestrator.Agent.Volumes;

/// <summary>Removes a folder with all that somebody else made in it, however deep: a path longer than the system takes does not keep it here.</summary>
internal static class TreeRemoval
{
    /// <summary>Folders that lie deeper are brought up before they go. A path of so many names is never too long.</summary>
    private const int Levels = 8;

    private static readonly EnumerationOptions Here = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Links are removed and not followed.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        // What .NET says of a path that is too long is not always that it is too long.
        catch (Exception e) when (e is IOException or ArgumentException && Directory.Exists(folder))
        {
            while (Deep(folder, 0) is { Count: > 0 } deep)
            {
                foreach (var one in deep)
                {
                    Directory.Move(one, Path.Combine(folder, $".deep-{Guid.NewGuid():N}"));
                }
            }
            Directory.Delete(folder, recursive: true);
        }
    }

    // Those just below the allowed levels; what is below them comes up with them.
    private static List<string> Deep(string folder, int level)
    {
        List<string> found = [];
        foreach (var child in new DirectoryInfo(folder).EnumerateDirectories("*", Here).Where(child => child.LinkTarget is null))
        {
            if (level == Levels)
            {
                found.Add(child.FullName);
            }
            else
            {
                found.AddRange(Deep(child.FullName, level + 1));
            }
        }
        return found;
    }
}
