using k8s.Models;
using Orchestrator.Controller.Kinds.Pods;

namespace Orchestrator.Controller.Kinds.StatefulSets;

/// <summary>
/// The claims of a StatefulSet: one of each template for each ordinal. They stay when the pod goes, so that its successor finds its data; whose
/// they are besides is what the retention policy says. Pure. Source: Kubernetes documentation, "StatefulSets", persistentVolumeClaimRetentionPolicy.
/// </summary>
internal static class StatefulSetClaims
{
    private const string Delete = "Delete";

    public static string Name(V1StatefulSet set, V1PersistentVolumeClaim template, int ordinal) => $"{template.Metadata.Name}-{StatefulSetPods.Name(set, ordinal)}";

    /// <summary>The claims that the pod of an ordinal needs, as they are to be made.</summary>
    public static IEnumerable<V1PersistentVolumeClaim> Of(V1StatefulSet set, int ordinal) => (set.Spec.VolumeClaimTemplates ?? []).Select(template => new V1PersistentVolumeClaim
    {
        Metadata = new()
        {
            Name = Name(set, template, ordinal),
            Labels = new Dictionary<string, string>((set.Spec.Selector?.MatchLabels ?? new Dictionary<string, string>()).Concat(template.Metadata.Labels ?? new Dictionary<string, string>())
                .GroupBy(label => label.Key).Select(group => group.First())),
            Annotations = template.Metadata.Annotations,
        },
        Spec = template.Spec,
    });

    /// <summary>Puts the claims in place of the volumes of their templates' names.</summary>
    public static V1Pod Mount(V1StatefulSet set, int ordinal, V1Pod pod)
    {
        var templates = set.Spec.VolumeClaimTemplates ?? [];
        if (templates.Count > 0)
        {
            pod.Spec.Volumes =
            [
                .. templates.Select(template => new V1Volume { Name = template.Metadata.Name, PersistentVolumeClaim = new() { ClaimName = Name(set, template, ordinal) } }),
                .. (pod.Spec.Volumes ?? []).Where(volume => templates.All(template => template.Metadata.Name != volume.Name)),
            ];
        }
        return pod;
    }

    /// <summary>The ordinal that a claim belongs to; null when it is none of the set's.</summary>
    public static int? Ordinal(V1StatefulSet set, string claim)
    {
        foreach (var template in set.Spec.VolumeClaimTemplates ?? [])
        {
            var prefix = template.Metadata.Name + "-";
            if (claim.StartsWith(prefix, StringComparison.Ordinal) && StatefulSetPods.Ordinal(set, claim[prefix.Length..]) is { } ordinal)
            {
                return ordinal;
            }
        }
        return null;
    }

    /// <summary>Who is to own a claim by the retention policy, beside others that own it for reasons of their own.</summary>
    /// <param name="set">The set.</param>
    /// <param name="claim">A claim of an ordinal of the set.</param>
    /// <param name="ordinal">The ordinal.</param>
    /// <param name="pod">The ordinal's pod; null when there is none.</param>
    /// <returns>Null when its owners are right.</returns>
    public static IReadOnlyList<V1OwnerReference>? Owners(V1StatefulSet set, V1PersistentVolumeClaim claim, int ordinal, V1Pod? pod)
    {
        var policy = set.Spec.PersistentVolumeClaimRetentionPolicy;
        var (start, replicas) = (set.Spec.Ordinals?.Start ?? 0, set.Spec.Replicas ?? 1);
        var isCondemned = ordinal < start || ordinal >= start + replicas;
        List<V1OwnerReference> wanted = [];
        if (policy?.WhenDeleted == Delete && (policy.WhenScaled == Delete || !isCondemned))
        {
            wanted.Add(new() { ApiVersion = "apps/v1", Kind = "StatefulSet", Name = set.Metadata.Name, Uid = set.Metadata.Uid });
        }
        if (policy?.WhenScaled == Delete && isCondemned && set.Metadata.DeletionTimestamp is null)
        {
            // It goes with its pod. One whose pod is gone already was on its way: the pod that owned it is remembered by its reference.
            var own = pod is null ? Mine(claim, set).FirstOrDefault(owner => owner.Kind == "Pod")
                : new V1OwnerReference { ApiVersion = "v1", Kind = "Pod", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid };
            wanted = own is null ? wanted : [own];
        }
        var mine = Mine(claim, set).ToList();
        return mine.Select(owner => owner.Uid).ToHashSet().SetEquals(wanted.Select(owner => owner.Uid)) ? null
            : [.. (claim.Metadata.OwnerReferences ?? []).Except(mine), .. wanted];
    }

    /// <summary>References of the policy's making: to the set, or to a pod of one of its names.</summary>
    private static IEnumerable<V1OwnerReference> Mine(V1PersistentVolumeClaim claim, V1StatefulSet set) => (claim.Metadata.OwnerReferences ?? []).Where(owner => owner.Controller != true
        && ((owner.Kind == "StatefulSet" && owner.Uid == set.Metadata.Uid) || (owner.Kind == "Pod" && StatefulSetPods.Ordinal(set, owner.Name) is not null)));
}
