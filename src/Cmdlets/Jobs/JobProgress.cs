using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>How far a Job is.</summary>
internal static class JobProgress
{
    public static RolloutStatus Of(JsonObject item)
    {
        var job = (V1Job)ModelJson.Decode(item, typeof(V1Job));
        var (name, status) = (job.Metadata.Name, JobSummary.Status(job));
        if (status == "Failed")
        {
            var why = job.Status.Conditions.First(condition => condition.Type == "Failed");
            return new(false, true, $"{name}: failed: {why.Reason}: {why.Message}");
        }

        return new(status == "Complete", false, $"{name}: {status}, {JobSummary.Completions(job)} completions, {job.Status?.Active ?? 0} active, {job.Status?.Failed ?? 0} failed");
    }
}
