using System.Text.RegularExpressions;

namespace Orchestrator.Cmdlets;

/// <summary>A path in a pod, as <c>kubectl cp</c> writes it: <c>pod:path</c> or <c>namespace/pod:path</c>.</summary>
internal sealed partial record PodPath(string? Namespace, string Pod, string Path)
{
    /// <returns>Null for a path of this machine; a single letter before the colon is a drive of Windows.</returns>
    public static PodPath? Parse(string text) => Form().Match(text) is { Success: true } match && !(OperatingSystem.IsWindows() && match.Groups["pod"].Length == 1 && !match.Groups["ns"].Success)
        ? new(match.Groups["ns"].Success ? match.Groups["ns"].Value : null, match.Groups["pod"].Value, match.Groups["path"].Value)
        : null;

    /// <summary>The folder and the name in it; paths in pods have forward slashes.</summary>
    /// <exception cref="ClusterException">The path names nothing that could be copied.</exception>
    public static (string Folder, string Name) Split(string path)
    {
        var trimmed = path.TrimEnd('/');
        var slash = trimmed.LastIndexOf('/');
        var (folder, name) = slash < 0 ? (".", trimmed) : (slash == 0 ? "/" : trimmed[..slash], trimmed[(slash + 1)..]);
        return name is "" or "." or ".."
            ? throw ClusterException.Argument("InvalidPath", $"\"{path}\": name the file or folder itself.")
            : (folder, name);
    }

    [GeneratedRegex(@"\A(?:(?<ns>[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)/)?(?<pod>[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?):(?<path>.*)\z", RegexOptions.Singleline)]
    private static partial Regex Form();
}
