using System.Text.Json.Nodes;

namespace Orchestrator.Cmdlets;

/// <summary>Runs a Job once more: a Job never starts again, so it is removed with its pods, and made anew from its own spec.</summary>
internal sealed class JobRestart(ClusterClient client, TimeSpan timeout)
{
    /// <summary>Labels and selector that the server gives each Job.</summary>
    private static readonly string[] Generated = ["batch.kubernetes.io/controller-uid", "controller-uid", "batch.kubernetes.io/job-name", "job-name"];

    public Task<JsonObject> DeleteAsync(ObjectTarget target, JsonObject job, WriteMode mode, CancellationToken cancellationToken) => client.DeleteAsync(
        target.Kind, target.Namespace, target.Name,
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["propagationPolicy"] = "Foreground",
            ["preconditions"] = new JsonObject { ["uid"] = (string?)job["metadata"]?["uid"] },
        },
        mode, cancellationToken);

    public async Task<JsonObject> RunAsync(ObjectTarget target, JsonObject job, CancellationToken cancellationToken)
    {
        await DeleteAsync(target, job, WriteMode.Real, cancellationToken);
        var uid = (string?)job["metadata"]?["uid"];
        await Waiter.UntilAsync(client, target, timeout, item => item is null || (string?)item["metadata"]?["uid"] != uid, static _ => { }, _ => $"{target} is still on its way out", cancellationToken);
        return await client.CreateAsync(target.Kind, target.Namespace, Anew(job), WriteMode.Real, cancellationToken);
    }

    public static JsonObject Anew(JsonObject job)
    {
        var metadata = new JsonObject { ["name"] = job["metadata"]?["name"]?.DeepClone() };
        foreach (var field in new[] { "labels", "annotations", "ownerReferences" })
        {
            metadata[field] = job["metadata"]?[field]?.DeepClone();
        }

        var spec = job["spec"]?.DeepClone() as JsonObject ?? [];
        if ((bool?)spec["manualSelector"] != true)
        {
            spec.Remove("selector");
        }

        foreach (var labels in new[] { metadata["labels"], spec["template"]?["metadata"]?["labels"] }.OfType<JsonObject>())
        {
            foreach (var label in Generated)
            {
                labels.Remove(label);
            }
        }

        return new() { ["apiVersion"] = Kinds.Job.ApiVersion, ["kind"] = Kinds.Job.Kind, ["metadata"] = metadata, ["spec"] = spec };
    }
}
