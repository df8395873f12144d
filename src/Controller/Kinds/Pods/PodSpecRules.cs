using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Validation of a pod's spec; collects all causes. Source: Kubernetes API reference, PodSpec.</summary>
internal static class PodSpecRules
{
    private static readonly string[] RestartPolicies = ["Always", "OnFailure", "Never"];
    private static readonly string[] DnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    private static readonly string[] TolerationEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    /// <param name="path">Of the spec.</param>
    /// <param name="spec">The spec.</param>
    /// <param name="errors">Where to.</param>
    /// <param name="claims">Volumes that its pods get besides.</param>
    public static void Validate(string path, V1PodSpec? spec, FieldErrors errors, IReadOnlySet<string>? claims = null)
    {
        if (spec is null)
        {
            errors.Required(path);
            return;
        }
        var volumes = VolumeRules.Validate(path + ".volumes", spec.Volumes, errors);
        volumes.UnionWith(claims ?? ImmutableHashSet<string>.Empty);
        Containers(path, spec, volumes, errors);
        OneOf($"{path}.restartPolicy", spec.RestartPolicy, RestartPolicies, errors);
        OneOf($"{path}.dnsPolicy", spec.DnsPolicy, DnsPolicies, errors);
        errors.NotNegative($"{path}.terminationGracePeriodSeconds", spec.TerminationGracePeriodSeconds);
        if (spec.ActiveDeadlineSeconds is { } deadline and (< 1 or > int.MaxValue))
        {
            errors.Invalid($"{path}.activeDeadlineSeconds", deadline, $"must be between 1 and {int.MaxValue}, inclusive");
        }
        foreach (var (field, value) in new[] { ("hostname", spec.Hostname), ("subdomain", spec.Subdomain) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                errors.Check($"{path}.{field}", value, NameRules.DnsLabel(value));
            }
        }
        if (!string.IsNullOrEmpty(spec.RuntimeClassName))
        {
            errors.Check($"{path}.runtimeClassName", spec.RuntimeClassName, NameRules.DnsSubdomain(spec.RuntimeClassName));
        }
        if (!string.IsNullOrEmpty(spec.NodeName))
        {
            errors.Check($"{path}.nodeName", spec.NodeName, NameRules.DnsSubdomain(spec.NodeName));
        }
        MetadataRules.Labels($"{path}.nodeSelector", spec.NodeSelector, errors);
        Tolerations($"{path}.tolerations", spec.Tolerations, errors);
        AffinityRules.Validate(path, spec, errors);
        for (var i = 0; i < (spec.ImagePullSecrets?.Count ?? 0); i++)
        {
            if (string.IsNullOrEmpty(spec.ImagePullSecrets![i].Name)) // Counted above.
            {
                errors.Required($"{path}.imagePullSecrets[{i}].name");
            }
        }
    }

    internal static void OneOf(string field, string? value, string[] supported, FieldErrors errors)
    {
        if (!supported.Contains(value))
        {
            errors.NotSupported(field, value, supported);
        }
    }

    private static void Containers(string path, V1PodSpec spec, IReadOnlySet<string> volumes, FieldErrors errors)
    {
        if (spec.Containers is not { Count: > 0 })
        {
            errors.Required($"{path}.containers");
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (spec.InitContainers?.Count ?? 0); i++)
        {
            ContainerRules.Validate($"{path}.initContainers[{i}]", spec.InitContainers![i], names, volumes, isInit: true, errors); // Counted above.
        }
        for (var i = 0; i < (spec.Containers?.Count ?? 0); i++)
        {
            ContainerRules.Validate($"{path}.containers[{i}]", spec.Containers![i], names, volumes, isInit: false, errors); // Counted above.
        }
        HostPorts(path, spec, errors);
    }

    private static void HostPorts(string path, V1PodSpec spec, FieldErrors errors)
    {
        var taken = new HashSet<(int?, string?, string?)>();
        for (var i = 0; i < (spec.Containers?.Count ?? 0); i++)
        {
            for (var j = 0; j < (spec.Containers![i].Ports?.Count ?? 0); j++) // Counted above.
            {
                var port = spec.Containers[i].Ports[j];
                if (port.HostPort is > 0 && !taken.Add((port.HostPort, port.Protocol, port.HostIP)))
                {
                    errors.Duplicate($"{path}.containers[{i}].ports[{j}].hostPort", port.HostPort);
                }
            }
        }
    }

    private static void Tolerations(string path, IList<V1Toleration>? tolerations, FieldErrors errors)
    {
        for (var i = 0; i < (tolerations?.Count ?? 0); i++)
        {
            var (toleration, field) = (tolerations![i], $"{path}[{i}]"); // Counted above.
            if (!string.IsNullOrEmpty(toleration.Key))
            {
                errors.Check(field + ".key", toleration.Key, NameRules.QualifiedName(toleration.Key));
            }
            else if (toleration.OperatorProperty != "Exists")
            {
                errors.Invalid(field + ".operator", toleration.OperatorProperty, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
            if (toleration.OperatorProperty is not (null or "" or "Equal" or "Exists"))
            {
                errors.NotSupported(field + ".operator", toleration.OperatorProperty, "Equal", "Exists");
            }
            if (toleration.OperatorProperty == "Exists" && !string.IsNullOrEmpty(toleration.Value))
            {
                errors.Invalid(field + ".operator", toleration.Value, "value must be empty when `operator` is 'Exists'");
            }
            if (!string.IsNullOrEmpty(toleration.Effect) && !TolerationEffects.Contains(toleration.Effect))
            {
                errors.NotSupported(field + ".effect", toleration.Effect, TolerationEffects);
            }
            if (toleration.TolerationSeconds is not null && toleration.Effect != "NoExecute")
            {
                errors.Invalid(field + ".effect", toleration.Effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
        }
    }
}
