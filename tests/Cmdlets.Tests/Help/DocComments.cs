using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Orchestrator.Cmdlets.Tests.Help;

/// <summary>The documentation comments of the cmdlets' assembly, as plain text.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> _members;

    public DocComments() => _members = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Orchestrator.Cmdlets.xml")).Descendants("member")
        .ToDictionary(member => (string?)member.Attribute("name") ?? "", StringComparer.Ordinal);

    public string Summary(Type type) => Text(Find($"T:{type.FullName}")?.Element("summary"));

    public string Summary(Type declaring, string property) => Text(Find($"P:{declaring.FullName}.{property}")?.Element("summary"));

    public IReadOnlyList<string> Examples(Type type) => [.. (Find($"T:{type.FullName}")?.Elements("example") ?? []).Select(example => (example.Element("code") ?? example).Value.Trim())];

    private XElement? Find(string name) => _members.GetValueOrDefault(name);

    private static string Text(XElement? element) => element is null ? "" : Spaces().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        // A reference reads as the last part of its name.
        XElement { Name.LocalName: "see" } see => ((string?)see.Attribute("cref") ?? "").Split('.')[^1],
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
