using System.Management.Automation;
using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model.Json;

namespace Orchestrator.Cmdlets;

/// <summary>Empties a node by evictions, which disruption budgets may put off.</summary>
internal sealed class NodeDrain(ClusterClient client, string node, int? gracePeriodSeconds, bool force)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="ClusterException">A pod is nobody's and -Force was not given; or the time is over.</exception>
    public async Task RunAsync(TimeSpan timeout, Action<string, int> progress, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        var first = await PodsAsync(cancellationToken);
        var lone = first.Where(pod => Owner(pod) is null && !IsEnded(pod)).Select(pod => pod.Metadata.Name).ToArray();
        if (lone.Length > 0 && !force)
        {
            throw ClusterException.Argument("UnmanagedPods", $"Nothing would make these pods of {node} anew: {string.Join(", ", lone)}. -Force evicts them all the same.");
        }

        var refusal = "";
        for (var left = first; left.Count > 0; left = await PodsAsync(cancellationToken))
        {
            foreach (var pod in left.Where(pod => pod.Metadata.DeletionTimestamp is null))
            {
                refusal = await EvictAsync(pod, cancellationToken) ?? refusal;
            }

            progress($"{left.Count} pods left{(refusal.Length > 0 ? $"; {refusal}" : "")}", Math.Clamp((first.Count - left.Count) * 100 / first.Count, 0, 100));
            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                throw new ClusterException("Timeout", ErrorCategory.OperationTimeout,
                    $"After {timeout.TotalSeconds:0.#} s node {node} still has {string.Join(", ", left.Select(pod => pod.Metadata.Name))}. {refusal}".TrimEnd())
                {
                    Target = node, Advice = "Give a longer -Timeout, or look at Get-DisruptionBudget.",
                };
            }

            // A budget frees itself when successors are ready elsewhere; nothing to watch says when.
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <returns>Null when it was granted, else why not yet.</returns>
    private async Task<string?> EvictAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var options = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = pod.Metadata.Uid } };
        if (gracePeriodSeconds is { } seconds)
        {
            options["gracePeriodSeconds"] = seconds;
        }

        var body = new JsonObject
        {
            ["apiVersion"] = "policy/v1", ["kind"] = "Eviction", ["deleteOptions"] = options,
            ["metadata"] = new JsonObject { ["name"] = pod.Metadata.Name, ["namespace"] = pod.Metadata.NamespaceProperty },
        };
        try
        {
            await client.PostAsync(Kinds.Pod, pod.Metadata.NamespaceProperty, pod.Metadata.Name, "eviction", body, cancellationToken);
            return null;
        }
        catch (ClusterRequestException refused) when (refused.Code == HttpStatusCode.TooManyRequests)
        {
            return $"{pod.Metadata.Name}: {refused.Message}";
        }
        catch (ClusterRequestException gone) when (gone.Code is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return null;
        }
    }

    private async Task<List<V1Pod>> PodsAsync(CancellationToken cancellationToken)
    {
        var pods = new List<V1Pod>();
        await foreach (var item in client.ListAsync(Kinds.Pod, null, new ListQuery(FieldSelector: $"spec.nodeName={node}"), cancellationToken))
        {
            var pod = (V1Pod)ModelJson.Decode(item, typeof(V1Pod));
            // Its DaemonSet would put it back at once.
            if (Owner(pod)?.Kind != "DaemonSet")
            {
                pods.Add(pod);
            }
        }

        return pods;
    }

    private static V1OwnerReference? Owner(V1Pod pod) => pod.Metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller == true);

    private static bool IsEnded(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";
}
