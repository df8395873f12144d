using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Printing;

namespace Orchestrator.Cmdlets;

/// <summary>A CronJob, with what <c>kubectl get cronjobs</c> shows of it.</summary>
public sealed class CronJob : ClusterObject
{
    internal CronJob(ResourceKind kind, JsonObject tree, string context)
        : base(kind, tree, context)
    {
    }

    private V1CronJob Model => (V1CronJob)Object;

    public string Schedule => Model.Spec?.Schedule ?? "";

    /// <summary>Empty for UTC.</summary>
    public string TimeZone => Model.Spec?.TimeZone ?? "";

    public bool Suspended => Model.Spec?.Suspend == true;

    /// <summary>Jobs that run.</summary>
    public int Active => Model.Status?.Active?.Count ?? 0;

    /// <summary>UTC.</summary>
    public DateTime? LastScheduleTime => Model.Status?.LastScheduleTime?.ToUniversalTime();

    /// <summary>Time since it last started a job: <c>5m3s</c>.</summary>
    public string LastSchedule => LastScheduleTime is { } time ? HumanDuration.Since(time, Now) : "";

    public string ConcurrencyPolicy => Model.Spec?.ConcurrencyPolicy ?? "";
    public IReadOnlyList<string> Images => [.. (Model.Spec?.JobTemplate?.Spec?.Template?.Spec?.Containers ?? []).Select(container => container.Image ?? "")];
}
