using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a PodDisruptionBudget: how many pods evictions must leave, or may take.</summary>
/// <example><code>New-DisruptionBudget web @{ app = 'web' } -MinAvailable 2</code></example>
[Cmdlet(VerbsCommon.New, "DisruptionBudget", SupportsShouldProcess = true, DefaultParameterSetName = "MaxUnavailable")]
[OutputType(typeof(DisruptionBudget))]
public sealed class NewDisruptionBudgetCommand : CreateNamespacedObjectCommand
{
    /// <summary>Labels of the pods that it covers.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    public System.Collections.IDictionary PodLabel { get; set; } = new System.Collections.Hashtable();

    /// <summary>A number, or a percentage such as <c>50%</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "MinAvailable")]
    public string? MinAvailable { get; set; }

    /// <summary>A number, or a percentage such as <c>25%</c>.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "MaxUnavailable")]
    public string? MaxUnavailable { get; set; }

    private protected override ResourceKind Kind => Kinds.PodDisruptionBudget;

    private protected override JsonObject BuildBody()
    {
        var (field, value) = MinAvailable is { } least ? ("minAvailable", least) : ("maxUnavailable", MaxUnavailable ?? "");
        return new JsonObject
        {
            ["spec"] = new JsonObject
            {
                [field] = int.TryParse(value, out var number) ? number : value,
                ["selector"] = new JsonObject { ["matchLabels"] = Texts(PodLabel) },
            },
        };
    }
}
