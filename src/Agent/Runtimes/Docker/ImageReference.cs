using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>An image name as registries know them: <c>[host[:port]/]name[:tag][@digest]</c>.</summary>
/// <param name="Registry">docker.io unless the name has a host.</param>
internal sealed partial record ImageReference(string Registry, string Name, string? Tag, string? Digest)
{
    private const int LengthLimit = 512;
    private const string DefaultRegistry = "docker.io";

    /// <summary>What <c>fromImage</c>'s tag has to be: pulling without one would pull every tag.</summary>
    public string TagOrDigest => Digest ?? Tag ?? "latest";

    /// <summary>The name as the engine lists it: without what it takes for granted.</summary>
    public string FamiliarName => new[] { "docker.io/library/", "docker.io/" }.FirstOrDefault(prefix => Name.StartsWith(prefix, StringComparison.Ordinal)) is { } known
        ? Name[known.Length..]
        : Name;

    /// <exception cref="InvalidImageNameException" />
    public static ImageReference Parse(string image)
    {
        var match = image.Length <= LengthLimit ? Pattern().Match(image) : Match.Empty;
        if (!match.Success)
        {
            throw new InvalidImageNameException($"Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format");
        }
        var name = match.Groups["name"].Value;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var host = slash > 0 && (name[..slash].AsSpan().ContainsAny('.', ':') || name[..slash] == "localhost") ? name[..slash] : DefaultRegistry;
        return new(host, name, Value("tag"), Value("digest"));

        string? Value(string group) => match.Groups[group] is { Success: true } found ? found.Value : null;
    }

    // Distribution's grammar.
    [GeneratedRegex(@"\A(?<name>(?:[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*(?::[0-9]{1,5})?/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?<digest>[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}))?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
