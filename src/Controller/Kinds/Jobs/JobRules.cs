using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Jobs;

internal sealed class JobRules : KindRules<V1Job>
{
    public override bool CountsGenerations => true;

    protected override void PrepareCreate(V1Job item)
    {
        item.Status = new V1JobStatus();
        if (item.Spec?.Template is not { } template)
        {
            return;
        }
        if (item.Metadata.Labels is not { Count: > 0 } && template.Metadata?.Labels is { } labels)
        {
            item.Metadata.Labels = new Dictionary<string, string>(labels);
        }
        if (item.Spec.ManualSelector != true)
        {
            GenerateSelector(item, template);
        }
    }

    protected override void Default(V1Job item)
    {
        item.Spec ??= new V1JobSpec();
        JobSpecDefaults.Apply(item.Spec);
    }

    protected override void Validate(V1Job item, FieldErrors errors)
    {
        JobSpecRules.Validate("spec", item.Spec, errors);
        PodTemplateRules.Validate(item.Spec.Template, PodTemplateRules.Selector(item.Spec.Selector, errors), errors);
        if (item.Spec.ManualSelector != true && item.Metadata.Uid is { } uid)
        {
            GeneratedSelector(item, uid, errors);
        }
    }

    protected override void ValidateUpdate(V1Job item, V1Job old, FieldErrors errors)
    {
        var (spec, before) = (item.Spec, old.Spec);
        PodTemplateRules.SelectorIsImmutable(spec.Selector, before.Selector, errors);
        var elastic = spec.CompletionMode == JobNames.Indexed && spec.Completions == spec.Parallelism && before.Completions == before.Parallelism;
        if (spec.Completions != before.Completions && !elastic)
        {
            errors.Invalid("spec.completions", spec.Completions, "field is immutable");
        }
        // Where its pods go may still be changed before any were made.
        var unstarted = before.Suspend == true && old.Status?.StartTime is null;
        if (!JsonNode.DeepEquals(Fixed(spec.Template, unstarted), Fixed(before.Template, unstarted)))
        {
            errors.Invalid("spec.template", "", "field is immutable");
        }
        Unchanged("spec.completionMode", spec.CompletionMode, before.CompletionMode, errors);
        Unchanged("spec.managedBy", spec.ManagedBy, before.ManagedBy, errors);
        Unchanged("spec.backoffLimitPerIndex", spec.BackoffLimitPerIndex, before.BackoffLimitPerIndex, errors);
        foreach (var (field, now, then) in new (string, object?, object?)[]
            { ("spec.podFailurePolicy", spec.PodFailurePolicy, before.PodFailurePolicy), ("spec.successPolicy", spec.SuccessPolicy, before.SuccessPolicy) })
        {
            if (!JsonNode.DeepEquals(now is null ? null : ModelJson.ToTree(now), then is null ? null : ModelJson.ToTree(then)))
            {
                errors.Invalid(field, "", "field is immutable");
            }
        }
    }

    private static void GenerateSelector(V1Job job, V1PodTemplateSpec template)
    {
        template.Metadata ??= new V1ObjectMeta();
        var labels = template.Metadata.Labels = new Dictionary<string, string>(template.Metadata.Labels ?? new Dictionary<string, string>());
        foreach (var (key, value) in Generated(job, job.Metadata.Uid))
        {
            // One that is there with another value is refused by validation.
            labels.TryAdd(key, value);
        }
        job.Spec.Selector ??= new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [JobNames.ControllerUid] = job.Metadata.Uid } };
    }

    private static void GeneratedSelector(V1Job job, string uid, FieldErrors errors)
    {
        foreach (var (key, value) in Generated(job, uid))
        {
            if (job.Spec.Template?.Metadata?.Labels is not { } labels || !labels.TryGetValue(key, out var given) || given != value)
            {
                errors.Invalid($"spec.template.metadata.labels[{key}]", job.Spec.Template?.Metadata?.Labels?.TryGetValue(key, out given) == true ? given : "", $"must be '{value}'");
            }
        }
        if (job.Spec.Selector?.MatchLabels?.TryGetValue(JobNames.ControllerUid, out var selected) != true || selected != uid)
        {
            errors.Invalid("spec.selector", LabelSelector.From(job.Spec.Selector).ToString(), "`selector` not auto-generated");
        }
    }

    private static (string Key, string Value)[] Generated(V1Job job, string uid) =>
    [
        (JobNames.ControllerUid, uid), (JobNames.LegacyControllerUid, uid),
        (JobNames.JobName, job.Metadata.Name), (JobNames.LegacyJobName, job.Metadata.Name),
    ];

    private static void Unchanged<T>(string field, T value, T old, FieldErrors errors)
    {
        if (!Equals(value, old))
        {
            errors.Invalid(field, value, "field is immutable");
        }
    }

    private static JsonObject Fixed(V1PodTemplateSpec? template, bool unstarted)
    {
        if (template is null)
        {
            return [];
        }
        var tree = (JsonObject)ModelJson.ToTree(template).DeepClone();
        if (unstarted)
        {
            (tree["metadata"] as JsonObject)?.Remove("labels");
            (tree["metadata"] as JsonObject)?.Remove("annotations");
            foreach (var field in new[] { "nodeSelector", "affinity", "tolerations", "schedulingGates" })
            {
                (tree["spec"] as JsonObject)?.Remove(field);
            }
        }
        return tree;
    }
}
