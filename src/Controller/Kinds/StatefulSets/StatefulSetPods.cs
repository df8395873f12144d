using System.Globalization;
using k8s.Models;
using Orchestrator.Controller.Kinds.ControllerRevisions;

namespace Orchestrator.Controller.Kinds.StatefulSets;

/// <summary>The identities of a StatefulSet's pods.</summary>
internal static class StatefulSetPods
{
    public const string NameLabel = "statefulset.kubernetes.io/pod-name";
    public const string IndexLabel = "apps.kubernetes.io/pod-index";

    public static string Name(V1StatefulSet set, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{set.Metadata.Name}-{ordinal}");

    /// <summary>The ordinal in a pod's name; null when the name is not one of the set's.</summary>
    public static int? Ordinal(V1StatefulSet set, string podName)
    {
        var prefix = set.Metadata.Name + "-";
        return podName.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(podName.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            && Name(set, ordinal) == podName ? ordinal : null;
    }

    public static string? Revision(V1Pod pod) => pod.Metadata.Labels?.TryGetValue(Revisions.HashLabel, out var revision) == true ? revision : null;

    public static V1Pod Make(V1StatefulSet set, int ordinal, string revision, V1PodTemplateSpec template)
    {
        var name = Name(set, ordinal);
        var metadata = template.Metadata ?? new V1ObjectMeta();
        metadata.Name = name;
        metadata.Labels = new Dictionary<string, string>(metadata.Labels ?? new Dictionary<string, string>())
        {
            [NameLabel] = name,
            [IndexLabel] = ordinal.ToString(CultureInfo.InvariantCulture),
            [Revisions.HashLabel] = revision,
        };
        template.Spec.Hostname = name;
        template.Spec.Subdomain = string.IsNullOrEmpty(set.Spec.ServiceName) ? null : set.Spec.ServiceName;
        return new() { Metadata = metadata, Spec = template.Spec };
    }
}
