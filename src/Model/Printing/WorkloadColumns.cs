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
}
