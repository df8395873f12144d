using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Takes labels off objects.</summary>
/// <example><code>Get-Pod | Remove-Label canary</code></example>
[Cmdlet(VerbsCommon.Remove, "Label", SupportsShouldProcess = true, DefaultParameterSetName = ByObject)]
[OutputType(typeof(ClusterObject))]
public sealed class RemoveLabelCommand : LabelChangeCommand
{
    /// <summary>Keys of the labels.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [LabelKeyCompleter]
    public string[] Label { get; set; } = [];

    private protected override string Action => $"Remove label {string.Join(",", Label)}";

    private protected override JsonObject Change(JsonObject labels, ObjectTarget target) =>
        new(Label.Where(labels.ContainsKey).Distinct().Select(key => KeyValuePair.Create(key, (JsonNode?)null)));
}
