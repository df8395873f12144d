using System.Net;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Nodes;

internal sealed class NodeRules : KindRules<V1Node>
{
    private static readonly string[] Effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    public override bool TakesStatusOnCreate => true;

    protected override void PrepareCreate(V1Node item) => item.Status ??= new V1NodeStatus();

    protected override void Default(V1Node item)
    {
        item.Spec ??= new V1NodeSpec();
        if (item.Spec.PodCIDR is { Length: > 0 } cidr && item.Spec.PodCIDRs is not { Count: > 0 })
        {
            item.Spec.PodCIDRs = [cidr];
        }
    }

    protected override void Validate(V1Node item, FieldErrors errors)
    {
        var seen = new HashSet<(string?, string?)>();
        for (var i = 0; i < (item.Spec.Taints?.Count ?? 0); i++)
        {
            var (taint, field) = (item.Spec.Taints![i], $"spec.taints[{i}]"); // Counted above.
            errors.Check(field + ".key", taint.Key, NameRules.QualifiedName(taint.Key));
            errors.Check(field + ".value", taint.Value, NameRules.LabelValue(taint.Value));
            if (!Effects.Contains(taint.Effect))
            {
                errors.NotSupported(field + ".effect", taint.Effect, Effects);
            }
            if (!seen.Add((taint.Key, taint.Effect)))
            {
                errors.Duplicate(field, $"{taint.Key}:{taint.Effect}");
            }
        }
        foreach (var cidr in item.Spec.PodCIDRs ?? [])
        {
            if (!IPNetwork.TryParse(cidr, out _))
            {
                errors.Invalid("spec.podCIDRs", cidr, "must be a network in CIDR notation, such as 10.244.1.0/24");
            }
        }
    }

    protected override void ValidateUpdate(V1Node item, V1Node old, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(old.Spec?.PodCIDR) && item.Spec.PodCIDR != old.Spec.PodCIDR)
        {
            errors.Forbidden("spec.podCIDR", "node updates may not change podCIDR except from \"\" to valid");
        }
    }
}
