namespace Orchestrator.Agent.Volumes;

/// <summary>What is mounted on this machine.</summary>
internal static class MountTable
{
    /// <summary>The mount points below a folder, the innermost first.</summary>
    public static IReadOnlyList<string> Below(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }
        var prefix = FileNative.RealPath(folder) + "/";
        return [.. Mounts().Select(mount => mount.Point).Where(point => point.StartsWith(prefix, StringComparison.Ordinal)).OrderByDescending(point => point.Length)];
    }

    /// <summary>The device that is mounted at a place, the last one where there are several; null where none is.</summary>
    public static string? SourceOf(string place)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }
        var point = FileNative.RealPath(place);
        return Mounts().LastOrDefault(mount => mount.Point == point).Source;
    }

    // The fifth field is where, and what follows the lone hyphen is type and device; the kernel writes blanks in them as octal.
    private static IEnumerable<(string Point, string Source)> Mounts() => File.ReadLines("/proc/self/mountinfo").Select(line =>
    {
        var fields = line.Split(' ');
        var rest = Array.IndexOf(fields, "-");
        return (Text(fields[4]), Text(fields[rest + 2]));
    });

    private static string Text(string field) => field.Replace("\\040", " ", StringComparison.Ordinal);
}
