using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orchestrator.Cmdlets;

/// <summary>A port of a service as people write it: <c>80</c>, <c>80:8080</c>, <c>web=80:http</c>, <c>dns=53/UDP</c>.</summary>
internal static partial class ServicePortText
{
    /// <param name="texts">The ports.</param>
    /// <param name="nodePorts">The ports on the nodes of the first so many.</param>
    /// <exception cref="ClusterException">A text is no port, or there are more node ports than ports.</exception>
    public static JsonArray Parse(IReadOnlyList<string> texts, IReadOnlyList<int>? nodePorts)
    {
        if (nodePorts?.Count > texts.Count)
        {
            throw ClusterException.Argument("InvalidPort", $"There are {nodePorts.Count} values of -NodePort, and {texts.Count} of -Port.");
        }

        return new([.. texts.Select((text, i) => One(text, texts.Count > 1, i < nodePorts?.Count ? nodePorts[i] : null))]);
    }

    private static JsonObject One(string text, bool named, int? nodePort)
    {
        var match = Form().Match(text);
        if (!match.Success)
        {
            throw ClusterException.Argument("InvalidPort", $"-Port: \"{text}\" is not of the form [name=]port[:target][/protocol], such as web=80:8080/TCP.");
        }

        var number = int.Parse(match.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);
        var protocol = match.Groups["protocol"].Success ? match.Groups["protocol"].Value.ToUpperInvariant() : "TCP";
        var port = new JsonObject { ["port"] = number, ["protocol"] = protocol };
        if (match.Groups["name"].Success)
        {
            port["name"] = match.Groups["name"].Value;
        }
        else if (named)
        {
            // Of several, each needs a name: its number and protocol tell it apart.
            port["name"] = string.Create(CultureInfo.InvariantCulture, $"{protocol.ToLowerInvariant()}-{number}");
        }

        if (match.Groups["target"] is { Success: true, Value: var target })
        {
            port["targetPort"] = int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var inner) ? inner : target;
        }

        if (nodePort is not null)
        {
            port["nodePort"] = nodePort;
        }

        return port;
    }

    [GeneratedRegex("^((?<name>[^=:/]+)=)?(?<port>[0-9]{1,5})(:(?<target>[^=:/]+))?(/(?<protocol>[A-Za-z]+))?$")]
    private static partial Regex Form();
}
