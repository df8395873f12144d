using System.Globalization;
using k8s.Models;

namespace Orchestrator.Agent.Volumes;

/// <summary>hostPath and its types.</summary>
internal static class HostPaths
{
    /// <exception cref="VolumeException">There is something else than the type asks for, or nothing.</exception>
    public static string Check(V1HostPathVolumeSource source)
    {
        var path = source.Path;
        if (!Path.IsPathRooted(path) || path.Split('/', '\\').Contains(".."))
        {
            throw new VolumeException($"hostPath \"{path}\" must be absolute, without '..' in it");
        }
        try
        {
            Make(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VolumeException($"hostPath \"{path}\": {e.Message}", e);
        }
        var holds = (source.Type ?? "") switch
        {
            "" => Path.Exists(path),
            "Directory" or "DirectoryOrCreate" => Directory.Exists(path),
            "File" or "FileOrCreate" => File.Exists(path) && Kind(path) == 0x8000,
            "Socket" => Kind(path) == 0xC000,
            "CharDevice" => Kind(path) == 0x2000,
            "BlockDevice" => Kind(path) == 0x6000,
            _ => throw new VolumeException(string.Create(CultureInfo.InvariantCulture, $"hostPath type \"{source.Type}\" is unknown")),
        };
        return holds ? path : throw new VolumeException($"hostPath type check failed: {path} is not a {source.Type}");
    }

    private static void Make(V1HostPathVolumeSource source)
    {
        switch (source.Type)
        {
            case "DirectoryOrCreate":
            case null or "" when !Path.Exists(source.Path):
                Directory.CreateDirectory(source.Path);
                break;
            case "FileOrCreate" when !File.Exists(source.Path):
                File.WriteAllBytes(source.Path, []);
                break;
        }
    }

    private static int Kind(string path) => FileKind.Of(path);
}
