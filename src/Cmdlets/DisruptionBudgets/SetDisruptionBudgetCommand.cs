using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Changes how many pods evictions must leave, or may take: one of the two, which replaces the other.</summary>
/// <example><code>Set-DisruptionBudget web -MaxUnavailable 25%</code></example>
[Cmdlet(VerbsCommon.Set, "DisruptionBudget", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(DisruptionBudget))]
public sealed class SetDisruptionBudgetCommand : PatchObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("PodDisruptionBudget")]
    public string[]? Name { get; set; }

    /// <summary>A number, or a percentage such as <c>50%</c>.</summary>
    [Parameter]
    public string? MinAvailable { get; set; }

    /// <summary>A number, or a percentage such as <c>25%</c>.</summary>
    [Parameter]
    public string? MaxUnavailable { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.PodDisruptionBudget);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.PodDisruptionBudget;
    private protected override string Action => MinAvailable is null ? $"Let at most {MaxUnavailable} be unavailable" : $"Keep {MinAvailable} available";

    private protected override JsonObject Patch() => (MinAvailable is null) == (MaxUnavailable is null)
        ? throw ClusterException.Argument("OneOfTwo", "Give -MinAvailable or -MaxUnavailable.")
        : new() { ["spec"] = new JsonObject { ["minAvailable"] = Share(MinAvailable), ["maxUnavailable"] = Share(MaxUnavailable) } };

    private static JsonNode? Share(string? value) => value is null ? null : int.TryParse(value, out var number) ? number : value;
}
