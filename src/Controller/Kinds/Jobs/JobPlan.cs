using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>What is to be done for a Job, in this order; each part may only begin when the one before it is durable.</summary>
/// <param name="Status">The counts; no pod is let go before they are written.</param>
/// <param name="Release">Pods that are counted: they lose the tracking finalizer.</param>
/// <param name="Discard">Pods that are not wanted any more: they lose the finalizer, are deleted and never counted.</param>
/// <param name="Delete">Pods that are ended because the job is; they are counted when they have ended.</param>
/// <param name="Create">Pods to be made.</param>
/// <param name="NextLook">When something is due by the passing of time alone; null for never.</param>
/// <param name="Expired">The finished job has outlived its time to live.</param>
internal sealed record JobPlan(V1JobStatus Status, ImmutableArray<V1Pod> Release, ImmutableArray<V1Pod> Discard, ImmutableArray<V1Pod> Delete,
    ImmutableArray<JobPodPlan> Create, TimeSpan? NextLook = null, bool Expired = false);

/// <param name="Index">The completion index; null in a job without indexes.</param>
/// <param name="Failures">Failures of the index so far.</param>
/// <param name="IgnoredFailures">Those that don't count.</param>
internal readonly record struct JobPodPlan(int? Index, int Failures, int IgnoredFailures);
