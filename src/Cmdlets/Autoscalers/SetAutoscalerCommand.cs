using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Changes the bounds of HorizontalPodAutoscalers, or what they measure: percentages that are given replace all metrics.</summary>
/// <example><code>Set-Autoscaler web -MaxReplicas 20 -CpuPercent 60</code></example>
[Cmdlet(VerbsCommon.Set, "Autoscaler", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Autoscaler))]
public sealed class SetAutoscalerCommand : PatchObjectCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("HorizontalPodAutoscaler")]
    public string[]? Name { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MinReplicas { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxReplicas { get; set; }

    /// <summary>Share of the requested processor time, over all pods.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? CpuPercent { get; set; }

    /// <summary>Share of the requested memory, over all pods.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MemoryPercent { get; set; }

    private protected override string[]? Names => Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(Kinds.HorizontalPodAutoscaler);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.HorizontalPodAutoscaler;
    private protected override string Action => "Set the bounds";

    private protected override JsonObject Patch()
    {
        var spec = new JsonObject();
        foreach (var (field, value) in new (string, JsonNode?)[]
            { ("minReplicas", MinReplicas), ("maxReplicas", MaxReplicas), ("metrics", AutoscalerMetrics.Of(CpuPercent, MemoryPercent)) })
        {
            if (value is not null)
            {
                spec[field] = value;
            }
        }

        return spec.Count > 0 ? new() { ["spec"] = spec } : throw ClusterException.Argument("NothingToSet", "Give at least one of -MinReplicas, -MaxReplicas, -CpuPercent and -MemoryPercent.");
    }
}
