using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>
/// An image reference as a place under the image root: <c>registry:5000/team/app:v1</c> is the folder <c>registry_5000/team/app/v1</c>.
/// The tag is <c>latest</c> unless given. Nothing that parses can leave the root.
/// </summary>
internal sealed partial record ImageName(string Name, string Tag)
{
    /// <summary>The image that is none: the command runs from the host's PATH.</summary>
    public const string Host = "host";

    private const int LengthLimit = 255;

    public bool IsHost => Name == Host;

    public string FolderUnder(string root) => Path.Combine([root, .. Name.Replace(':', '_').Split('/'), Tag]);

    public override string ToString() => $"{Name}:{Tag}";

    /// <exception cref="InvalidImageNameException" />
    public static ImageName Parse(string image)
    {
        var match = image.Length <= LengthLimit ? Pattern().Match(image) : Match.Empty;
        if (!match.Success)
        {
            var why = image.Contains('@', StringComparison.Ordinal)
                ? "the process runtime finds images by tag, not by digest"
                : "expected [host[:port]/]name[:tag] in lower case";
            throw new InvalidImageNameException($"Failed to apply default image tag \"{image}\": couldn't parse image name: {why}");
        }
        var tag = match.Groups["tag"];
        return new(match.Groups["name"].Value, tag.Success ? tag.Value : "latest");
    }

    // Distribution's grammar: a component begins and ends with a letter or digit, so neither "." nor ".." is one.
    [GeneratedRegex(@"\A(?<name>(?:(?:[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*(?::[0-9]{1,5})?)/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
