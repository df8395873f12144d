using k8s.Models;

namespace Orchestrator.Agent.Tests.Pods;

/// <summary>Pods as the API server would give them, defaults filled in.</summary>
internal static class Samples
{
    public static V1Pod Pod(string name, params V1Container[] containers) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = new() { Name = name, NamespaceProperty = "default", Uid = $"uid-{name}", Generation = 1 },
        Spec = new() { NodeName = "node-1", RestartPolicy = "Always", TerminationGracePeriodSeconds = 30, Containers = [.. containers] },
        Status = new() { Phase = "Pending" },
    };

    public static V1Container Container(string name, params string[] command) => new()
    {
        Name = name, Image = "host", ImagePullPolicy = "IfNotPresent", Command = [.. command], TerminationMessagePolicy = "File",
    };

    public static V1Container Shell(string name, string script) => Container(name, "sh", "-c", script);

    /// <summary>The same pod while it is being deleted.</summary>
    public static V1Pod Deleting(V1Pod pod, long grace) => new()
    {
        ApiVersion = pod.ApiVersion,
        Kind = pod.Kind,
        Spec = pod.Spec,
        Status = pod.Status,
        Metadata = new()
        {
            Name = pod.Metadata.Name,
            NamespaceProperty = pod.Metadata.NamespaceProperty,
            Uid = pod.Metadata.Uid,
            DeletionTimestamp = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(grace),
            DeletionGracePeriodSeconds = grace,
        },
    };

    public static bool IsReady(V1PodStatus status) =>
        status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
