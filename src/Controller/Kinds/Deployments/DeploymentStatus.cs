using k8s.Models;

namespace Orchestrator.Controller.Kinds.Deployments;

/// <summary>Status and conditions of a deployment from its sets. Pure.</summary>
internal static class DeploymentStatus
{
    public static V1DeploymentStatus Of(V1Deployment deployment, V1ReplicaSet? current, IReadOnlyCollection<V1ReplicaSet> all, DateTime now)
    {
        var replicas = deployment.Spec.Replicas ?? 1;
        var available = all.Sum(set => set.Status?.AvailableReplicas ?? 0);
        var desired = all.Sum(set => set.Spec.Replicas ?? 0);
        var status = new V1DeploymentStatus
        {
            ObservedGeneration = deployment.Metadata.Generation,
            Replicas = Count(all.Sum(set => set.Status?.Replicas ?? 0)),
            UpdatedReplicas = Count(current?.Status?.Replicas ?? 0),
            ReadyReplicas = Count(all.Sum(set => set.Status?.ReadyReplicas ?? 0)),
            AvailableReplicas = Count(available),
            UnavailableReplicas = Count(Math.Max(0, desired - available)),
            CollisionCount = deployment.Status?.CollisionCount,
        };
        var conditions = (deployment.Status?.Conditions ?? []).ToList();
        var enough = available >= replicas - RollingBounds.Of(deployment).MaxUnavailable;
        Set(conditions, "Available", enough ? "True" : "False", enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", now, progressed: false);
        Progress(deployment, current, status, conditions, now);
        Failures(all, conditions, now);
        AutomaticRollback.Forget(deployment, current, conditions);
        status.Conditions = conditions;
        return status;
    }

    public static bool IsComplete(V1Deployment deployment, V1DeploymentStatus status)
    {
        var replicas = deployment.Spec.Replicas ?? 1;
        return (status.UpdatedReplicas ?? 0) == replicas && (status.Replicas ?? 0) == replicas && (status.AvailableReplicas ?? 0) == replicas;
    }

    /// <summary>When the progress deadline passes if nothing moves; null when none runs.</summary>
    public static TimeSpan? UntilDeadline(V1Deployment deployment, V1DeploymentStatus status, DateTime now)
    {
        var progressing = status.Conditions?.FirstOrDefault(condition => condition.Type == "Progressing");
        return deployment.Spec.ProgressDeadlineSeconds is not { } seconds || seconds == int.MaxValue || deployment.Spec.Paused == true
            || progressing is not { Status: "True" } || progressing.Reason == "NewReplicaSetAvailable"
            ? null
            : (progressing.LastUpdateTime ?? now).ToUniversalTime() + TimeSpan.FromSeconds(seconds) - now;
    }

    private static void Progress(V1Deployment deployment, V1ReplicaSet? current, V1DeploymentStatus status, List<V1DeploymentCondition> conditions, DateTime now)
    {
        var old = conditions.FirstOrDefault(condition => condition.Type == "Progressing");
        var subject = current is null ? $"Deployment \"{deployment.Metadata.Name}\"" : $"ReplicaSet \"{current.Metadata.Name}\"";
        if (deployment.Spec.Paused == true)
        {
            if (old?.Reason != "DeploymentPaused")
            {
                Set(conditions, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now, progressed: true);
            }
            return;
        }
        if (old?.Reason == "DeploymentPaused")
        {
            Set(conditions, "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", now, progressed: true);
            old = conditions.First(condition => condition.Type == "Progressing");
        }
        if (IsComplete(deployment, status))
        {
            Set(conditions, "Progressing", "True", "NewReplicaSetAvailable", $"{subject} has successfully progressed.", now, progressed: false);
        }
        else if (old is null || Moved(deployment.Status, status) || IsOfAnother(old, subject)
            || (old.Reason == "NewReplicaSetAvailable" && deployment.Status?.ObservedGeneration != deployment.Metadata.Generation))
        {
            Set(conditions, "Progressing", "True", "ReplicaSetUpdated", $"{subject} is progressing.", now, progressed: true);
        }
        else if (UntilDeadline(deployment, new() { Conditions = conditions }, now) <= TimeSpan.Zero)
        {
            Set(conditions, "Progressing", "False", "ProgressDeadlineExceeded", $"{subject} has timed out progressing.", now, progressed: true);
        }
    }

    /// <summary>It was another set that was late: this rollout has its own deadline.</summary>
    private static bool IsOfAnother(V1DeploymentCondition old, string subject) =>
        old.Reason == "ProgressDeadlineExceeded" && old.Message?.StartsWith(subject, StringComparison.Ordinal) != true;

    /// <summary>More of the new, fewer of the old, more ready or available.</summary>
    private static bool Moved(V1DeploymentStatus? old, V1DeploymentStatus status)
    {
        var before = (old?.Replicas ?? 0) - (old?.UpdatedReplicas ?? 0);
        var after = (status.Replicas ?? 0) - (status.UpdatedReplicas ?? 0);
        return (status.UpdatedReplicas ?? 0) > (old?.UpdatedReplicas ?? 0) || after < before
            || (status.ReadyReplicas ?? 0) > (old?.ReadyReplicas ?? 0) || (status.AvailableReplicas ?? 0) > (old?.AvailableReplicas ?? 0);
    }

    private static void Failures(IEnumerable<V1ReplicaSet> sets, List<V1DeploymentCondition> conditions, DateTime now)
    {
        var failure = sets.SelectMany(set => set.Status?.Conditions ?? []).FirstOrDefault(condition => condition is { Type: "ReplicaFailure", Status: "True" });
        if (failure is null)
        {
            conditions.RemoveAll(condition => condition.Type == "ReplicaFailure");
        }
        else
        {
            Set(conditions, "ReplicaFailure", "True", failure.Reason, failure.Message, now, progressed: false);
        }
    }

    private static void Set(List<V1DeploymentCondition> conditions, string type, string status, string reason, string message, DateTime now, bool progressed)
    {
        var old = conditions.FirstOrDefault(condition => condition.Type == type);
        if (old is not null && !progressed && old.Status == status && old.Reason == reason && old.Message == message)
        {
            return;
        }
        conditions.RemoveAll(condition => condition.Type == type);
        var time = Model.Timestamp.ToSeconds(new DateTimeOffset(now, TimeSpan.Zero));
        conditions.Add(new V1DeploymentCondition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            LastUpdateTime = time,
            LastTransitionTime = old is not null && old.Status == status ? old.LastTransitionTime : time,
        });
    }

    /// <summary>Zero is left out on the wire, as Kubernetes has it.</summary>
    private static int? Count(int number) => number == 0 ? null : number;
}
