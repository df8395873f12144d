using System.Globalization;

namespace Orchestrator.Agent.Volumes;

/// <summary>
/// A subPath as a place that the container cannot move: its path is walked without following links, and what was found there is mounted
/// under the agent's own folder, which is what the container gets.
/// </summary>
internal static class SubPaths
{
    /// <param name="root">The volume's folder.</param>
    /// <param name="place">Where to mount, out of any container's reach.</param>
    /// <exception cref="VolumeException">It leaves the volume, or cannot be mounted.</exception>
    public static string Bind(string root, string subPath, string place)
    {
        if (Path.IsPathRooted(subPath) || subPath.Split('/', '\\').Contains(".."))
        {
            throw new VolumeException($"subPath \"{subPath}\" must be relative, without '..' in it");
        }
        try
        {
            // Links are resolved first, for a projected volume is made of them; from then on a link can only be one that was put there meanwhile.
            var real = RealPath(root);
            var resolved = RealPath(Path.Combine(real, subPath));
            if (resolved != real && !resolved.StartsWith(real + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new VolumeException($"subPath \"{subPath}\" leads out of its volume");
            }
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(resolved);
                return resolved;
            }
            var mode = (int)File.GetUnixFileMode(real) & 0b111_111_111;
            using var found = FileNative.OpenBelow(real, Path.GetRelativePath(real, resolved).Split('/').Where(part => part != "."), mode);
            Prepare(place, Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{found.DangerousGetHandle()}")));
            FileNative.MountBind(found, place);
            return place;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VolumeException($"subPath \"{subPath}\": {e.Message}", e);
        }
    }

    private static void Prepare(string place, bool isFolder)
    {
        FileNative.Unmount(place);
        if (isFolder)
        {
            Directory.CreateDirectory(place);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(place) ?? place);
        File.WriteAllBytes(place, []);
    }

    /// <summary>The path with every link in it resolved; parts that are not there stay as they are.</summary>
    private static string RealPath(string path)
    {
        var left = new Stack<string>(path.Split('/').Reverse());
        var real = "";
        for (var hops = 0; left.TryPop(out var part);)
        {
            if (part is "" or ".")
            {
                continue;
            }
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) is { } parent && parent != "/" ? parent : "";
                continue;
            }
            var next = $"{real}/{part}";
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++hops > 40)
            {
                throw new IOException($"{path}: too many links");
            }
            if (Path.IsPathRooted(target))
            {
                real = "";
            }
            foreach (var step in target.Split('/').Reverse())
            {
                left.Push(step);
            }
        }
        return real.Length == 0 ? "/" : real;
    }
}
