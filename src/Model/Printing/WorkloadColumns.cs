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
}
