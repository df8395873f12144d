using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Creates a HorizontalPodAutoscaler, which keeps what the pods of a workload use near a share of what they request. Without -CpuPercent and
/// -MemoryPercent that is 80 % of the requested processor time.
/// </summary>
/// <example><code>Get-Deployment web | New-Autoscaler -MaxReplicas 10 -CpuPercent 70</code></example>
[Cmdlet(VerbsCommon.New, "Autoscaler", SupportsShouldProcess = true)]
[OutputType(typeof(Autoscaler))]
public sealed class NewAutoscalerCommand : CreateNamespacedObjectCommand
{
    /// <summary>Kind of the workload that has the autoscaler's name, or -TargetName.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Kind")]
    [ValidateSet("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController")]
    public string TargetKind { get; set; } = "Deployment";

    /// <summary>Name of the workload; without it, the autoscaler's own.</summary>
    [Parameter]
    public string? TargetName { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MinReplicas { get; set; } = 1;

    [Parameter(Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int MaxReplicas { get; set; }

    /// <summary>Share of the requested processor time, over all pods.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? CpuPercent { get; set; }

    /// <summary>Share of the requested memory, over all pods.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MemoryPercent { get; set; }

    private protected override ResourceKind Kind => Kinds.HorizontalPodAutoscaler;

    private protected override JsonObject BuildBody()
    {
        var spec = new JsonObject
        {
            ["scaleTargetRef"] = new JsonObject { ["apiVersion"] = TargetKind == "ReplicationController" ? "v1" : "apps/v1", ["kind"] = TargetKind, ["name"] = TargetName ?? Name },
            ["minReplicas"] = MinReplicas,
            ["maxReplicas"] = MaxReplicas,
        };
        if (AutoscalerMetrics.Of(CpuPercent, MemoryPercent) is { } metrics)
        {
            spec["metrics"] = metrics;
        }

        return new() { ["spec"] = spec };
    }
}
