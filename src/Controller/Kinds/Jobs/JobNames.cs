namespace Orchestrator.Controller.Kinds.Jobs;

/// <summary>Names that Jobs and their pods carry. Source: Kubernetes documentation, "Jobs".</summary>
internal static class JobNames
{
    /// <summary>Finalizer that keeps a finished pod until it is counted.</summary>
    public const string Tracking = "batch.kubernetes.io/job-tracking";
    public const string ControllerUid = "batch.kubernetes.io/controller-uid";
    public const string JobName = "batch.kubernetes.io/job-name";
    public const string LegacyControllerUid = "controller-uid";
    public const string LegacyJobName = "job-name";
    /// <summary>Annotation and label of a pod: the index it is to complete.</summary>
    public const string CompletionIndex = "batch.kubernetes.io/job-completion-index";
    public const string CompletionIndexVariable = "JOB_COMPLETION_INDEX";
    /// <summary>Annotation: how often the pod's index failed before it.</summary>
    public const string IndexFailures = "batch.kubernetes.io/job-index-failure-count";
    /// <summary>Annotation: how often it failed in a way that the policy ignores.</summary>
    public const string IndexIgnoredFailures = "batch.kubernetes.io/job-index-ignored-failure-count";
    public const string Indexed = "Indexed";
    public const string NonIndexed = "NonIndexed";
    public const string ReplaceTerminatingOrFailed = "TerminatingOrFailed";
    public const string ReplaceFailed = "Failed";
    public const string Controller = "kubernetes.io/job-controller";
}
