using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Puts labels on objects; one that is there with another value is changed only with -Overwrite.</summary>
/// <example><code>Get-Pod web-0 | Add-Label @{ canary = 'true' } -Overwrite</code></example>
[Cmdlet(VerbsCommon.Add, "Label", SupportsShouldProcess = true, DefaultParameterSetName = ByObject)]
[OutputType(typeof(ClusterObject))]
public sealed class AddLabelCommand : LabelChangeCommand
{
    /// <summary><c>@{ tier = 'front' }</c>.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public IDictionary Label { get; set; } = new Hashtable();

    [Parameter]
    public SwitchParameter Overwrite { get; set; }

    private protected override string Action => $"Add label {string.Join(",", Wanted().Select(pair => $"{pair.Key}={pair.Value}"))}";

    private protected override JsonObject Change(JsonObject labels, ObjectTarget target)
    {
        var change = new JsonObject();
        foreach (var (key, value) in Wanted())
        {
            var old = (string?)labels[key];
            if (old is not null && old != value && !Overwrite)
            {
                throw ClusterException.Argument("LabelExists", $"{target} already has the label {key}={old}: -Overwrite changes it.");
            }

            if (old != value)
            {
                change[key] = value;
            }
        }

        return change;
    }

    private IEnumerable<KeyValuePair<string, string>> Wanted() =>
        Label.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create(entry.Key.ToString() ?? "", LanguagePrimitives.ConvertTo<string>(entry.Value) ?? ""));
}
