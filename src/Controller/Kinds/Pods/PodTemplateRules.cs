using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>What the kinds that make pods from a template share.</summary>
internal static class PodTemplateRules
{
    public static void Default(V1PodTemplateSpec? template)
    {
        if (template?.Spec is { } spec)
        {
            PodSpecDefaults.Apply(spec);
        }
    }

    /// <summary>Of kinds whose pods run until they are deleted.</summary>
    public static void Validate(V1PodTemplateSpec? template, V1LabelSelector? selector, FieldErrors errors, IReadOnlySet<string>? claims = null)
    {
        Validate(template, Selector(selector, errors), errors, claims);
        if (template?.Spec?.RestartPolicy is { } policy and not "Always")
        {
            errors.NotSupported("spec.template.spec.restartPolicy", policy, "Always");
        }
        if (template?.Spec?.ActiveDeadlineSeconds is not null)
        {
            errors.Forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }

    /// <summary>What holds of every template.</summary>
    public static void Validate(V1PodTemplateSpec? template, LabelSelector? parsed, FieldErrors errors, IReadOnlySet<string>? claims = null)
    {
        if (template is null)
        {
            errors.Required("spec.template");
            return;
        }
        if (parsed is not null && !parsed.Matches(template.Metadata?.Labels))
        {
            errors.Invalid("spec.template.metadata.labels",
                "{" + string.Join(",", (template.Metadata?.Labels ?? new Dictionary<string, string>()).Select(label => $"\"{label.Key}\":\"{label.Value}\"")) + "}",
                "`selector` does not match template `labels`");
        }
        MetadataRules.Labels("spec.template.metadata.labels", template.Metadata?.Labels, errors);
        MetadataRules.Annotations("spec.template.metadata.annotations", template.Metadata?.Annotations, errors);
        PodSpecRules.Validate("spec.template.spec", template.Spec, errors, claims);
    }

    public static void SelectorIsImmutable(V1LabelSelector? selector, V1LabelSelector? old, FieldErrors errors)
    {
        if (Text(selector) != Text(old))
        {
            errors.Invalid("spec.selector", Text(selector), "field is immutable");
        }
    }

    /// <returns>The selector; null when it is none.</returns>
    public static LabelSelector? Selector(V1LabelSelector? selector, FieldErrors errors)
    {
        if (selector is null)
        {
            errors.Required("spec.selector");
            return null;
        }
        if (selector.MatchLabels is not { Count: > 0 } && selector.MatchExpressions is not { Count: > 0 })
        {
            errors.Invalid("spec.selector", "{}", "empty selector is invalid for deployment");
            return null;
        }
        MetadataRules.Labels("spec.selector.matchLabels", selector.MatchLabels, errors);
        try
        {
            return LabelSelector.From(selector);
        }
        catch (FormatException problem)
        {
            errors.Invalid("spec.selector.matchExpressions", "", problem.Message);
            return null;
        }
    }

    private static string Text(V1LabelSelector? selector)
    {
        try
        {
            return LabelSelector.From(selector).ToString();
        }
        catch (FormatException problem)
        {
            return problem.Message;
        }
    }
}
