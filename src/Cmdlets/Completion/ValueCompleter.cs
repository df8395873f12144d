using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Orchestrator.Cmdlets;

/// <summary>Offers those of some values that begin with what was typed, quoted where they must be.</summary>
internal sealed class ValueCompleter(Func<IDictionary, IEnumerable<string>> values) : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        var pattern = new WildcardPattern(typed + "*", WildcardOptions.IgnoreCase);
        foreach (var value in values(fakeBoundParameters).Where(value => pattern.IsMatch(value)))
        {
            var text = value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/') ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
            yield return new CompletionResult(text, value, CompletionResultType.ParameterValue, value);
        }
    }
}
