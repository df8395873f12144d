using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.PodDisruptionBudgets;

/// <summary>
/// Deletes a pod if its budget allows it. What the budget grants is first written into its status by compare-and-swap, so that of two
/// evictions at once only as many succeed as may. Source: Kubernetes documentation, "API-initiated Eviction".
/// </summary>
internal static class Evictor
{
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();
    private static readonly ResourceKind Budgets = Catalog.ForType<V1PodDisruptionBudget>();

    /// <exception cref="ApiException">NotFound; TooManyRequests when the budget doesn't allow it now; InternalError when several budgets cover the pod.</exception>
    public static async Task EvictAsync(ObjectApi api, Deletion deletion, string @namespace, string name, DeleteRequest request, CancellationToken cancellationToken)
    {
        var item = api.Get(Pods, @namespace, name);
        var pod = item.Decode<V1Pod>();
        // Nobody is disrupted by the end of what has ended, has not begun, or is ending.
        if (pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase is not ("Succeeded" or "Failed" or "Pending"))
        {
            var budgets = DisruptionBudgets.Covering(api.Cache, @namespace, item.Encoded.Labels);
            if (budgets.Count > 1)
            {
                throw ApiException.Internal("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
            }
            if (budgets.Count == 1)
            {
                await GrantAsync(api, budgets[0], pod, request.DryRun, cancellationToken).ConfigureAwait(false);
            }
            if (!request.DryRun)
            {
                await MarkAsync(api, pod, cancellationToken).ConfigureAwait(false);
            }
        }
        // The very pod that was judged, not one that has taken its name since.
        await deletion.DeleteAsync(Pods, @namespace, name, request with { Uid = request.Uid ?? pod.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
    }

    private static Task<CachedObject> GrantAsync(ObjectApi api, V1PodDisruptionBudget budget, V1Pod pod, bool dryRun, CancellationToken cancellationToken) =>
        api.UpdateAsync(Budgets, budget.Metadata.NamespaceProperty, budget.Metadata.Name, status: true, current =>
        {
            var (status, _) = DisruptionBudgets.Judge(api, (V1PodDisruptionBudget)ModelJson.Decode(current, typeof(V1PodDisruptionBudget)));
            var unhealthy = !PodState.IsReady(pod);
            var free = unhealthy && (budget.Spec.UnhealthyPodEvictionPolicy == DisruptionBudgetRules.AlwaysAllow
                || (status.CurrentHealthy >= status.DesiredHealthy && status.DesiredHealthy > 0));
            if (free || status.DisruptedPods?.ContainsKey(pod.Metadata.Name) == true)
            {
                return current;
            }
            if (status.DisruptionsAllowed <= 0)
            {
                throw ApiException.TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", [new V1StatusCause
                {
                    Reason = "DisruptionBudget",
                    Message = $"The disruption budget {budget.Metadata.Name} needs {status.DesiredHealthy} healthy pods and has {status.CurrentHealthy} currently",
                }]);
            }
            status.DisruptionsAllowed--;
            status.DisruptedPods = new Dictionary<string, DateTime?>(status.DisruptedPods ?? new Dictionary<string, DateTime?>())
            {
                [pod.Metadata.Name] = Timestamp.ToSeconds(api.Time.GetUtcNow()),
            };
            current["status"] = ModelJson.ToTree(status);
            return current;
        }, new() { DryRun = dryRun }, cancellationToken);

    /// <summary>Says on the pod why it ends.</summary>
    private static Task<CachedObject> MarkAsync(ObjectApi api, V1Pod pod, CancellationToken cancellationToken) =>
        api.UpdateAsync(Pods, pod.Metadata.NamespaceProperty, pod.Metadata.Name, status: true, current =>
        {
            PodConditions.Set(current, "DisruptionTarget", "True", "EvictionByEvictionAPI", "Eviction API: evicting", api.Time.GetUtcNow());
            return current;
        }, WriteOptions.Default, cancellationToken);
}
