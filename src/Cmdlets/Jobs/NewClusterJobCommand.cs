using System.Management.Automation;
using System.Text.Json.Nodes;
using Orchestrator.Model;

namespace Orchestrator.Cmdlets;

/// <summary>Creates a Job of pods with one container.</summary>
/// <example><code>New-ClusterJob import shop/import:v1 -Completions 10 -Parallelism 3 -Wait</code></example>
[Cmdlet(VerbsCommon.New, "ClusterJob", SupportsShouldProcess = true)]
[OutputType(typeof(ClusterJob))]
public sealed class NewClusterJobCommand : NewWorkloadCommand
{
    /// <summary>Pods that are to end well; without it, one, or with -Parallelism a work queue.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Completions { get; set; }

    /// <summary>Pods at once.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Parallelism { get; set; }

    /// <summary>Failures that are allowed.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? BackoffLimit { get; set; }

    /// <summary>Each pod gets an index, in JOB_COMPLETION_INDEX.</summary>
    [Parameter]
    public SwitchParameter Indexed { get; set; }

    /// <summary>Seconds after its end that the Job is kept.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? TtlSecondsAfterFinished { get; set; }

    private protected override ResourceKind Kind => Kinds.Job;

    private protected override JsonObject BuildBody()
    {
        var pod = BuildPodSpec();
        pod["restartPolicy"] = "Never";
        var spec = new JsonObject { ["template"] = new JsonObject { ["spec"] = pod } };
        foreach (var (field, value) in new[]
            { ("completions", Completions), ("parallelism", Parallelism), ("backoffLimit", BackoffLimit), ("ttlSecondsAfterFinished", TtlSecondsAfterFinished) })
        {
            if (value is not null)
            {
                spec[field] = value;
            }
        }

        if (Indexed)
        {
            spec["completionMode"] = "Indexed";
        }

        return new JsonObject { ["spec"] = spec };
    }

    private protected override async Task<JsonObject> FinishAsync(ObjectTarget target, JsonObject created)
    {
        if (!Wait)
        {
            return created;
        }

        var activity = $"Running {target.Name}";
        var item = await WorkloadWait.RunAsync(Client, target, Timeout, JobProgress.Of, text => ShowProgress(activity, text), Cancellation);
        EndProgress(activity);
        return item;
    }
}
