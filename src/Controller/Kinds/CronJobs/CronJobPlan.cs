using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.CronJobs;

/// <param name="Start">The time that a job is to be made for; null for none.</param>
/// <param name="Replace">Jobs that run and are to go first.</param>
/// <param name="Trim">Finished jobs beyond the history limits.</param>
/// <param name="Status">What the status should say before a job is started.</param>
/// <param name="NextLook">When the next time is due; null for never.</param>
/// <param name="Notice">What people should be told: reason and message, and whether it is a warning.</param>
internal sealed record CronJobPlan(DateTime? Start, ImmutableArray<V1Job> Replace, ImmutableArray<V1Job> Trim, V1CronJobStatus Status, TimeSpan? NextLook,
    (bool Warning, string Reason, string Message)? Notice = null);
