using System.Text.Json.Nodes;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Cmdlets;

/// <summary>
/// A pod for a moment, that has a claim's volume below its working directory. It runs as a host process, so that it needs no image, and where the
/// volume is, so that what is archived needs no other way than a pod's.
/// </summary>
internal static class VolumePod
{
    public const string Folder = "volume";
    private const string Container = "tar";

    public static async Task<ObjectTarget> StartAsync(ClusterClient client, string @namespace, string claim, TimeSpan timeout, Action<string> progress, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(Kinds.PersistentVolumeClaim, @namespace, claim, cancellationToken) is { } found && ((string?)found["spec"]?["accessModes"]?[0]) == AccessModes.ReadWriteOncePod)
        {
            throw ClusterException.Argument("OneOfPod", $"{claim} is one pod's (ReadWriteOncePod): no second pod can read or write it.");
        }

        var target = new ObjectTarget(Kinds.Pod, @namespace, $"volume-{Guid.NewGuid():N}"[..20]);
        await client.CreateAsync(Kinds.Pod, @namespace, Make(target.Name, claim), WriteMode.Real, cancellationToken);
        try
        {
            await Waiter.UntilAsync(
                client, target, timeout, item => (string?)item?["status"]?["phase"] == "Running", item => progress(Status(item)),
                item => $"{target}, which has the volume of {claim}, is {Status(item)}", cancellationToken);
        }
        catch
        {
            await EndAsync(client, target);
            throw;
        }

        return target;
    }

    /// <summary>Whatever was cancelled: the pod does not stay.</summary>
    public static Task EndAsync(ClusterClient client, ObjectTarget pod) => client.DeleteAsync(
        pod.Kind, pod.Namespace, pod.Name, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["gracePeriodSeconds"] = 0 }, WriteMode.Real, CancellationToken.None);

    private static string Status(JsonObject? item) => item is null ? "gone" : new Pod(Kinds.Pod, item, "").Status;

    private static JsonObject Make(string name, string claim) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["runtimeClassName"] = WellKnown.ProcessRuntime,
            ["terminationGracePeriodSeconds"] = 0,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = Container,
                ["image"] = "host",
                // An hour is more than anybody waits; a pod whose cmdlet was killed ends by itself.
                ["command"] = new JsonArray("sleep", "3600"),
                ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = Folder, ["mountPath"] = Folder }),
            }),
            ["volumes"] = new JsonArray(new JsonObject { ["name"] = Folder, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } }),
        },
    };
}
