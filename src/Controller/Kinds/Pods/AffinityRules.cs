using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Validation of what a pod says about where it may go. Source: Kubernetes API reference, Affinity and TopologySpreadConstraint.</summary>
internal static class AffinityRules
{
    private static readonly string[] NodeOperators = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
    private static readonly string[] Unsatisfiable = ["DoNotSchedule", "ScheduleAnyway"];
    private static readonly string[] Policies = ["Honor", "Ignore"];

    public static void Validate(string path, V1PodSpec spec, FieldErrors errors)
    {
        Gates($"{path}.schedulingGates", spec.SchedulingGates, errors);
        Node($"{path}.affinity.nodeAffinity", spec.Affinity?.NodeAffinity, errors);
        Terms($"{path}.affinity.podAffinity", spec.Affinity?.PodAffinity?.RequiredDuringSchedulingIgnoredDuringExecution,
            spec.Affinity?.PodAffinity?.PreferredDuringSchedulingIgnoredDuringExecution, errors);
        Terms($"{path}.affinity.podAntiAffinity", spec.Affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution,
            spec.Affinity?.PodAntiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution, errors);
        for (var i = 0; i < (spec.TopologySpreadConstraints?.Count ?? 0); i++)
        {
            Spread($"{path}.topologySpreadConstraints[{i}]", spec.TopologySpreadConstraints![i], errors); // Counted above.
        }
    }

    private static void Gates(string path, IList<V1PodSchedulingGate>? gates, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (gates?.Count ?? 0); i++)
        {
            var name = gates![i].Name; // Counted above.
            errors.Check($"{path}[{i}].name", name, NameRules.QualifiedName(name));
            if (!names.Add(name ?? ""))
            {
                errors.Duplicate($"{path}[{i}].name", name);
            }
        }
    }

    private static void Node(string path, V1NodeAffinity? affinity, FieldErrors errors)
    {
        if (affinity?.RequiredDuringSchedulingIgnoredDuringExecution is { } required)
        {
            var field = $"{path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
            if (required.NodeSelectorTerms is not { Count: > 0 })
            {
                errors.Required(field, "must have at least one node selector term");
            }
            for (var i = 0; i < (required.NodeSelectorTerms?.Count ?? 0); i++)
            {
                NodeTerm($"{field}[{i}]", required.NodeSelectorTerms![i], errors); // Counted above.
            }
        }
        for (var i = 0; i < (affinity?.PreferredDuringSchedulingIgnoredDuringExecution?.Count ?? 0); i++)
        {
            var (term, field) = (affinity!.PreferredDuringSchedulingIgnoredDuringExecution[i], $"{path}.preferredDuringSchedulingIgnoredDuringExecution[{i}]"); // Counted above.
            Weight(field, term.Weight, errors);
            NodeTerm($"{field}.preference", term.Preference, errors);
        }
    }

    private static void NodeTerm(string path, V1NodeSelectorTerm? term, FieldErrors errors)
    {
        for (var i = 0; i < (term?.MatchExpressions?.Count ?? 0); i++)
        {
            var expression = term!.MatchExpressions[i]; // Counted above.
            errors.Check($"{path}.matchExpressions[{i}].key", expression.Key, NameRules.QualifiedName(expression.Key));
            Requirement($"{path}.matchExpressions[{i}]", expression, errors);
        }
        for (var i = 0; i < (term?.MatchFields?.Count ?? 0); i++)
        {
            var expression = term!.MatchFields[i]; // Counted above.
            if (expression.Key != "metadata.name")
            {
                errors.Invalid($"{path}.matchFields[{i}].key", expression.Key, "not a valid field selector key");
            }
            Requirement($"{path}.matchFields[{i}]", expression, errors);
        }
    }

    private static void Requirement(string path, V1NodeSelectorRequirement requirement, FieldErrors errors)
    {
        if (!NodeOperators.Contains(requirement.OperatorProperty))
        {
            errors.Invalid($"{path}.operator", requirement.OperatorProperty, "not a valid selector operator");
            return;
        }
        var count = requirement.Values?.Count ?? 0;
        switch (requirement.OperatorProperty)
        {
            case "In" or "NotIn" when count == 0:
                errors.Required($"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case "Exists" or "DoesNotExist" when count > 0:
                errors.Forbidden($"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case "Gt" or "Lt" when count != 1:
                errors.Required($"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                break;
        }
    }

    private static void Terms(string path, IList<V1PodAffinityTerm>? required, IList<V1WeightedPodAffinityTerm>? preferred, FieldErrors errors)
    {
        for (var i = 0; i < (required?.Count ?? 0); i++)
        {
            Term($"{path}.requiredDuringSchedulingIgnoredDuringExecution[{i}]", required![i], errors); // Counted above.
        }
        for (var i = 0; i < (preferred?.Count ?? 0); i++)
        {
            var field = $"{path}.preferredDuringSchedulingIgnoredDuringExecution[{i}]";
            Weight(field, preferred![i].Weight, errors); // Counted above.
            if (preferred[i].PodAffinityTerm is { } term)
            {
                Term($"{field}.podAffinityTerm", term, errors);
            }
            else
            {
                errors.Required($"{field}.podAffinityTerm");
            }
        }
    }

    private static void Term(string path, V1PodAffinityTerm term, FieldErrors errors)
    {
        TopologyKey(path, term.TopologyKey, errors);
        Selector($"{path}.labelSelector", term.LabelSelector, errors);
        Selector($"{path}.namespaceSelector", term.NamespaceSelector, errors);
        for (var i = 0; i < (term.Namespaces?.Count ?? 0); i++)
        {
            errors.Check($"{path}.namespaces[{i}]", term.Namespaces![i], NameRules.DnsLabel(term.Namespaces[i])); // Counted above.
        }
    }

    private static void Spread(string path, V1TopologySpreadConstraint constraint, FieldErrors errors)
    {
        TopologyKey(path, constraint.TopologyKey, errors);
        if (constraint.MaxSkew <= 0)
        {
            errors.Invalid($"{path}.maxSkew", constraint.MaxSkew, "must be greater than zero");
        }
        PodSpecRules.OneOf($"{path}.whenUnsatisfiable", constraint.WhenUnsatisfiable, Unsatisfiable, errors);
        if (constraint.MinDomains is { } domains)
        {
            if (domains <= 0)
            {
                errors.Invalid($"{path}.minDomains", domains, "must be greater than zero");
            }
            if (constraint.WhenUnsatisfiable == "ScheduleAnyway")
            {
                errors.Invalid($"{path}.minDomains", domains, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway");
            }
        }
        foreach (var (field, policy) in new[] { ("nodeAffinityPolicy", constraint.NodeAffinityPolicy), ("nodeTaintsPolicy", constraint.NodeTaintsPolicy) })
        {
            if (!string.IsNullOrEmpty(policy))
            {
                PodSpecRules.OneOf($"{path}.{field}", policy, Policies, errors);
            }
        }
        Selector($"{path}.labelSelector", constraint.LabelSelector, errors);
    }

    private static void TopologyKey(string path, string? key, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(key))
        {
            errors.Required($"{path}.topologyKey", "can not be empty");
            return;
        }
        errors.Check($"{path}.topologyKey", key, NameRules.QualifiedName(key));
    }

    private static void Weight(string path, int weight, FieldErrors errors)
    {
        if (weight is < 1 or > 100)
        {
            errors.Invalid($"{path}.weight", weight, "must be in the range 1-100");
        }
    }

    private static void Selector(string path, V1LabelSelector? selector, FieldErrors errors)
    {
        if (selector is null)
        {
            return;
        }
        try
        {
            _ = LabelSelector.From(selector);
        }
        catch (FormatException problem)
        {
            errors.Invalid($"{path}.matchExpressions", "", problem.Message);
        }
    }
}
