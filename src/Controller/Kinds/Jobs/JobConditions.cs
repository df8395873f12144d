using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>Conditions of a Job. Pure.</summary>
internal static class JobConditions
{
    public const string Complete = "Complete";
    public const string Failed = "Failed";
    public const string Suspended = "Suspended";
    /// <summary>The job will fail as soon as its pods have ended.</summary>
    public const string FailureTarget = "FailureTarget";
    /// <summary>The job will be complete as soon as its pods have ended.</summary>
    public const string SuccessCriteriaMet = "SuccessCriteriaMet";

    public static V1JobCondition? Find(V1JobStatus? status, string type) =>
        status?.Conditions?.FirstOrDefault(condition => condition.Type == type && condition.Status == "True");

    /// <summary>Complete or Failed; null while the job goes on.</summary>
    public static V1JobCondition? End(V1JobStatus? status) => Find(status, Complete) ?? Find(status, Failed);

    public static V1JobCondition? Target(V1JobStatus? status) => Find(status, SuccessCriteriaMet) ?? Find(status, FailureTarget);

    public static void Set(V1JobStatus status, string type, bool value, string reason, string message, DateTime now)
    {
        status.Conditions ??= [];
        var text = value ? "True" : "False";
        var old = status.Conditions.FirstOrDefault(condition => condition.Type == type);
        if (old?.Status == text)
        {
            return;
        }
        var time = Timestamp.ToSeconds(new DateTimeOffset(now, TimeSpan.Zero));
        status.Conditions =
        [
            .. status.Conditions.Where(condition => condition.Type != type),
            new V1JobCondition { Type = type, Status = text, Reason = reason, Message = message, LastProbeTime = time, LastTransitionTime = time },
        ];
    }
}
