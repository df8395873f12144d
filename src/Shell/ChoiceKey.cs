using System.Management.Automation.Host;

namespace Orchestrator.Shell;

/// <summary>A choice's short answer and its label: <c>"Yes to &amp;All"</c> is answered by <c>A</c> or by <c>Yes to All</c>.</summary>
internal readonly record struct ChoiceKey(string Key, string Label)
{
    public static ChoiceKey Of(ChoiceDescription choice)
    {
        var ampersand = choice.Label.IndexOf('&', StringComparison.Ordinal);
        var label = choice.Label.Replace("&", "", StringComparison.Ordinal);
        return ampersand >= 0 && ampersand + 1 < choice.Label.Length
            ? new ChoiceKey(choice.Label[ampersand + 1].ToString().ToUpperInvariant(), label)
            : new ChoiceKey(label, label);
    }

    public bool Matches(string answer) =>
        Key.Equals(answer, StringComparison.OrdinalIgnoreCase) || Label.Equals(answer, StringComparison.OrdinalIgnoreCase);
}
