using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Puts a taint on nodes: only pods that tolerate it go there, and with NoExecute only they stay.</summary>
/// <example><code>Get-Node node-1 | Add-Taint dedicated=db NoSchedule</code></example>
[Cmdlet(VerbsCommon.Add, "Taint", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Node))]
public sealed class AddTaintCommand : TaintChangeCommand
{
    [Parameter(Position = 1, Mandatory = true)]
    [ValidateSet("NoSchedule", "PreferNoSchedule", "NoExecute")]
    public string Effect { get; set; } = "";

    [Parameter]
    public string? Value { get; set; }

    private protected override string Action => $"Add taint {Key}{(Value is null ? "" : $"={Value}")}:{Effect}";

    private protected override JsonArray? Change(JsonObject[] taints, ObjectTarget target)
    {
        // Key and effect name a taint; its value may change.
        var old = taints.FirstOrDefault(taint => (string?)taint["key"] == Key && (string?)taint["effect"] == Effect);
        if (old is not null && (string?)old["value"] == Value)
        {
            return null;
        }

        var added = new JsonObject { ["key"] = Key, ["effect"] = Effect };
        if (Value is not null)
        {
            added["value"] = Value;
        }

        return new JsonArray([.. taints.Where(taint => taint != old), added]);
    }
}
