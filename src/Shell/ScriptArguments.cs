using System.Management.Automation.Runspaces;

namespace Orchestrator.Shell;

/// <summary>Turns the words after a script's name into its parameters, as <c>pwsh -File</c> does: <c>-Name value</c>, <c>-Name:value</c>, <c>-Switch</c>, positional.</summary>
internal static class ScriptArguments
{
    public static IReadOnlyList<CommandParameter> Parse(IEnumerable<string> words)
    {
        var parameters = new List<CommandParameter>();
        string? pending = null;
        foreach (var word in words)
        {
            if (pending is not null)
            {
                parameters.Add(new CommandParameter(pending, word));
                pending = null;
                continue;
            }

            var colon = word.IndexOf(':', StringComparison.Ordinal);
            if (word.Length < 2 || word[0] != '-')
            {
                parameters.Add(new CommandParameter(null, word));
            }
            else if (colon < 0)
            {
                parameters.Add(new CommandParameter(word));
            }
            else if (colon == word.Length - 1)
            {
                pending = word[..colon];
            }
            else
            {
                parameters.Add(new CommandParameter(word[..colon], Value(word[(colon + 1)..])));
            }
        }

        if (pending is not null)
        {
            parameters.Add(new CommandParameter(pending));
        }

        return parameters;
    }

    private static object Value(string text) => text.ToUpperInvariant() switch
    {
        "$TRUE" => true,
        "$FALSE" => false,
        _ => text,
    };
}
