using System.Text;

namespace Orchestrator.Agent.Pods.Configuration;

/// <summary><c>$(NAME)</c> in commands, arguments and variables: known names are replaced, unknown ones stay as written, <c>$$</c> is a dollar.</summary>
internal static class VariableExpansion
{
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }
            i++;
            var close = text[i] == '(' ? text.IndexOf(')', i) : -1;
            if (close < 0)
            {
                // "$$" is one dollar; anything else that is no reference keeps its own.
                result.Append('$');
                if (text[i] != '$')
                {
                    result.Append(text[i]);
                }
                continue;
            }
            var name = text[(i + 1)..close];
            if (variables.TryGetValue(name, out var value))
            {
                result.Append(value);
            }
            else
            {
                result.Append("$(").Append(name).Append(')');
            }
            i = close;
        }
        return result.ToString();
    }
}
