using k8s.Models;

namespace Orchestrator.Cmdlets;

/// <summary>How far a Deployment's rollout is. Source: what <c>kubectl rollout status</c> says of it.</summary>
internal readonly record struct RolloutStatus(bool Done, bool Failed, string Message)
{
    public static RolloutStatus Of(V1Deployment deployment)
    {
        var name = deployment.Metadata.Name;
        var status = deployment.Status ?? new V1DeploymentStatus();
        var desired = deployment.Spec?.Replicas ?? 1;
        var (updated, total, available) = (status.UpdatedReplicas ?? 0, status.Replicas ?? 0, status.AvailableReplicas ?? 0);
        if ((status.ObservedGeneration ?? 0) < (deployment.Metadata.Generation ?? 0))
        {
            return new(false, false, $"{name}: the change is not yet seen by its controller");
        }

        if ((status.Conditions ?? []).Any(condition => condition is { Type: "Progressing", Reason: "ProgressDeadlineExceeded" }))
        {
            return new(false, true, $"{name}: made no progress within its deadline of {deployment.Spec?.ProgressDeadlineSeconds ?? 600} s");
        }

        return updated < desired ? new(false, false, $"{name}: {updated} of {desired} new replicas have been updated")
            : total > updated ? new(false, false, $"{name}: {total - updated} old replicas are pending termination")
            : available < updated ? new(false, false, $"{name}: {available} of {updated} updated replicas are available")
            : total > desired ? new(false, false, $"{name}: {total} replicas instead of {desired}")
            : new(true, false, $"{name}: rolled out, {available} replicas are available");
    }
}
