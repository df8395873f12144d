using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>The columns of the workload kinds that came after Deployments.</summary>
internal static class WorkloadColumns
{
    public static ImmutableArray<PrinterColumn> Job { get; } =
    [
        Columns.Name<V1Job>(),
        Columns.Text<V1Job>("Status", "Where the job is on its way", JobSummary.Status),
        Columns.Text<V1Job>("Completions", "Completed pods of the wanted", JobSummary.Completions),
        PrinterColumn.Of<V1Job>("Duration", "string", "How long it ran", (item, now) => JobSummary.Duration(item, now)),
        Columns.Age<V1Job>(),
        .. Columns.Template<V1Job>(item => item.Spec?.Template, item => item.Spec?.Selector),
    ];

    public static ImmutableArray<PrinterColumn> CronJob { get; } =
    [
        Columns.Name<V1CronJob>(),
        Columns.Text<V1CronJob>("Schedule", "When, in cron's form", item => item.Spec?.Schedule),
        Columns.Text<V1CronJob>("Timezone", "Time zone of the schedule", item => item.Spec?.TimeZone),
        Columns.Text<V1CronJob>("Suspend", "Whether it starts nothing", item => item.Spec?.Suspend == true ? "True" : "False"),
        Columns.Number<V1CronJob>("Active", "Jobs that run", item => item.Status?.Active?.Count),
        PrinterColumn.Of<V1CronJob>("Last Schedule", "string", "Time since it last started a job",
            (item, now) => item.Status?.LastScheduleTime is { } time ? HumanDuration.Since(time, now) : Columns.None),
        Columns.Age<V1CronJob>(),
        .. Columns.Template<V1CronJob>(item => item.Spec?.JobTemplate?.Spec?.Template, item => item.Spec?.JobTemplate?.Spec?.Selector),
    ];

    public static ImmutableArray<PrinterColumn> StatefulSet { get; } =
    [
        Columns.Name<V1StatefulSet>(),
        Columns.Text<V1StatefulSet>("Ready", "Ready replicas of the desired", item => $"{item.Status?.ReadyReplicas ?? 0}/{item.Spec?.Replicas ?? 1}"),
        Columns.Age<V1StatefulSet>(),
        .. Columns.Template<V1StatefulSet>(item => item.Spec?.Template, item => item.Spec?.Selector).Take(2),
    ];

    public static ImmutableArray<PrinterColumn> DaemonSet { get; } =
    [
        Columns.Name<V1DaemonSet>(),
        Columns.Number<V1DaemonSet>("Desired", "Nodes that are to have its pod", item => item.Status?.DesiredNumberScheduled),
        Columns.Number<V1DaemonSet>("Current", "Nodes of those that have it", item => item.Status?.CurrentNumberScheduled),
        Columns.Number<V1DaemonSet>("Ready", "Nodes whose pod is ready", item => item.Status?.NumberReady),
        Columns.Number<V1DaemonSet>("Up-to-date", "Nodes whose pod is of the current template", item => item.Status?.UpdatedNumberScheduled),
        Columns.Number<V1DaemonSet>("Available", "Nodes whose pod has been ready for minReadySeconds", item => item.Status?.NumberAvailable),
        Columns.Text<V1DaemonSet>("Node Selector", "Labels of its nodes", item => LabelSelector.FromLabels(item.Spec?.Template?.Spec?.NodeSelector).ToString()),
        Columns.Age<V1DaemonSet>(),
        .. Columns.Template<V1DaemonSet>(item => item.Spec?.Template, item => item.Spec?.Selector),
    ];

    public static ImmutableArray<PrinterColumn> ControllerRevision { get; } =
    [
        Columns.Name<V1ControllerRevision>(),
        Columns.Text<V1ControllerRevision>("Controller", "Whose template it keeps", Controller),
        PrinterColumn.Of<V1ControllerRevision>("Revision", "integer", "Number of the template", (item, _) => item.Revision ?? 0),
        Columns.Age<V1ControllerRevision>(),
    ];

    public static ImmutableArray<PrinterColumn> ReplicationController { get; } =
    [
        Columns.Name<V1ReplicationController>(),
        Columns.Number<V1ReplicationController>("Desired", "Desired replicas", item => item.Spec?.Replicas),
        Columns.Number<V1ReplicationController>("Current", "Replicas that exist", item => item.Status?.Replicas),
        Columns.Number<V1ReplicationController>("Ready", "Replicas that are ready", item => item.Status?.ReadyReplicas),
        Columns.Age<V1ReplicationController>(),
        .. Columns.Template<V1ReplicationController>(item => item.Spec?.Template, item => new() { MatchLabels = item.Spec?.Selector }),
    ];

    public static ImmutableArray<PrinterColumn> PodDisruptionBudget { get; } =
    [
        Columns.Name<V1PodDisruptionBudget>(),
        Columns.Text<V1PodDisruptionBudget>("Min Available", "Pods that must stay", item => item.Spec?.MinAvailable?.Value ?? "N/A"),
        Columns.Text<V1PodDisruptionBudget>("Max Unavailable", "Pods that may be missing", item => item.Spec?.MaxUnavailable?.Value ?? "N/A"),
        Columns.Number<V1PodDisruptionBudget>("Allowed Disruptions", "Pods that may be evicted now", item => item.Status?.DisruptionsAllowed),
        Columns.Age<V1PodDisruptionBudget>(),
    ];

    public static ImmutableArray<PrinterColumn> HorizontalPodAutoscaler { get; } =
    [
        Columns.Name<V2HorizontalPodAutoscaler>(),
        Columns.Text<V2HorizontalPodAutoscaler>("Reference", "What it scales", AutoscalerSummary.Reference),
        Columns.Text<V2HorizontalPodAutoscaler>("Targets", "What is measured, and what it is to be", AutoscalerSummary.Targets),
        Columns.Text<V2HorizontalPodAutoscaler>("MinPods", "Least replicas", item => $"{item.Spec?.MinReplicas ?? 1}"),
        Columns.Number<V2HorizontalPodAutoscaler>("MaxPods", "Most replicas", item => item.Spec?.MaxReplicas),
        Columns.Number<V2HorizontalPodAutoscaler>("Replicas", "Replicas that it found last", item => item.Status?.CurrentReplicas),
        Columns.Age<V2HorizontalPodAutoscaler>(),
    ];

    public static ImmutableArray<PrinterColumn> PriorityClass { get; } =
    [
        Columns.Name<V1PriorityClass>(),
        Columns.Number<V1PriorityClass>("Value", "Priority of its pods", item => item.Value),
        Columns.Text<V1PriorityClass>("Global-Default", "Whether it is of pods that name none", item => item.GlobalDefault == true ? "true" : "false"),
        Columns.Age<V1PriorityClass>(),
        Columns.Text<V1PriorityClass>("PreemptionPolicy", "Whether its pods may end others", item => item.PreemptionPolicy),
    ];

    private static string? Controller(V1ControllerRevision item) =>
        item.Metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller == true) is { } owner
            ? $"{owner.Kind.ToLowerInvariant()}.{owner.ApiVersion.Split('/')[0]}/{owner.Name}" : null;
}
