using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Jobs;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.CronJobs;

internal sealed class CronJobRules : KindRules<V1CronJob>
{
    /// <summary>Leaves room for the eleven characters that a job's name has more. Source: Kubernetes.</summary>
    private const int MaxName = 52;

    public override bool CountsGenerations => true;

    public override string? CheckName(string name) =>
        name.Length > MaxName ? $"must be no more than {MaxName} characters" : base.CheckName(name);

    protected override void PrepareCreate(V1CronJob item) => item.Status = new V1CronJobStatus();

    protected override void Default(V1CronJob item)
    {
        item.Spec ??= new V1CronJobSpec();
        item.Spec.ConcurrencyPolicy = string.IsNullOrEmpty(item.Spec.ConcurrencyPolicy) ? CronJobPlanner.Allow : item.Spec.ConcurrencyPolicy;
        item.Spec.Suspend ??= false;
        item.Spec.SuccessfulJobsHistoryLimit ??= 3;
        item.Spec.FailedJobsHistoryLimit ??= 1;
        if (item.Spec.JobTemplate?.Spec is { Template: not null } job)
        {
            // Its job gets the rest of the defaults when it is made, as Kubernetes has it.
            PodTemplateRules.Default(job.Template);
        }
    }

    protected override void Validate(V1CronJob item, FieldErrors errors)
    {
        var spec = item.Spec;
        Schedule(spec, errors);
        errors.NotNegative("spec.startingDeadlineSeconds", spec.StartingDeadlineSeconds);
        errors.NotNegative("spec.successfulJobsHistoryLimit", spec.SuccessfulJobsHistoryLimit);
        errors.NotNegative("spec.failedJobsHistoryLimit", spec.FailedJobsHistoryLimit);
        if (spec.ConcurrencyPolicy is not (CronJobPlanner.Allow or CronJobPlanner.Forbid or CronJobPlanner.Replace))
        {
            errors.NotSupported("spec.concurrencyPolicy", spec.ConcurrencyPolicy, CronJobPlanner.Allow, CronJobPlanner.Forbid, CronJobPlanner.Replace);
        }
        if (spec.JobTemplate?.Spec is not { } given)
        {
            errors.Required("spec.jobTemplate.spec");
            return;
        }
        if (given.Selector is not null || given.ManualSelector == true)
        {
            errors.Invalid(given.Selector is not null ? "spec.jobTemplate.spec.selector" : "spec.jobTemplate.spec.manualSelector", "",
                given.Selector is not null ? "`selector` will be auto-generated" : "`manualSelector` is not allowed in a job template");
        }
        Template(given, errors);
    }

    private static void Schedule(V1CronJobSpec spec, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(spec.Schedule))
        {
            errors.Required("spec.schedule");
        }
        else if (spec.Schedule.Contains("TZ", StringComparison.Ordinal))
        {
            errors.Invalid("spec.schedule", spec.Schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        else
        {
            Try(() => CronSchedule.Expression(spec.Schedule), "spec.schedule", spec.Schedule, errors);
        }
        if (spec.TimeZone is { } zone)
        {
            if (zone.Length == 0 || zone.Equals("local", StringComparison.OrdinalIgnoreCase))
            {
                errors.Invalid("spec.timeZone", zone, zone.Length == 0 ? "timeZone must be nil or non-empty string" : "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
                return;
            }
            Try(() => CronSchedule.Zone(zone), "spec.timeZone", zone, errors);
        }
    }

    /// <summary>The job of the template is checked as it will be when it is made.</summary>
    private static void Template(V1JobSpec given, FieldErrors errors)
    {
        var spec = k8s.KubernetesJson.Deserialize<V1JobSpec>(k8s.KubernetesJson.Serialize(given));
        JobSpecDefaults.Apply(spec);
        JobSpecRules.Validate("spec.jobTemplate.spec", spec, errors);
        if (spec.Template is null)
        {
            errors.Required("spec.jobTemplate.spec.template");
            return;
        }
        PodSpecRules.Validate("spec.jobTemplate.spec.template.spec", spec.Template.Spec, errors);
    }

    private static void Try(Func<object> parse, string field, string value, FieldErrors errors)
    {
        try
        {
            parse();
        }
        catch (FormatException problem)
        {
            errors.Invalid(field, value, problem.Message);
        }
    }
}
