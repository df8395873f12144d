using System.Management.Automation;
using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Takes taints off nodes: those of a key, or of a key and an effect.</summary>
/// <example><code>Get-Node node-1 | Remove-Taint dedicated</code></example>
[Cmdlet(VerbsCommon.Remove, "Taint", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Node))]
public sealed class RemoveTaintCommand : TaintChangeCommand
{
    /// <summary>Without it, all of the key.</summary>
    [Parameter(Position = 1)]
    [ValidateSet("NoSchedule", "PreferNoSchedule", "NoExecute")]
    public string? Effect { get; set; }

    private protected override string Action => $"Remove taint {Key}{(Effect is null ? "" : $":{Effect}")}";

    private protected override JsonArray? Change(JsonObject[] taints, ObjectTarget target)
    {
        var rest = taints.Where(taint => (string?)taint["key"] != Key || (Effect is not null && (string?)taint["effect"] != Effect)).ToArray();
        return rest.Length < taints.Length ? new JsonArray([.. rest])
            : throw ClusterException.Argument("NotFound,Taint", $"{target} has no taint {Key}{(Effect is null ? "" : $":{Effect}")}.");
    }
}
