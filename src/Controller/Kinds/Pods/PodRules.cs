using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.Pods;

internal sealed class PodRules : KindRules<V1Pod>
{
    /// <summary>Seconds that a pod stays on a node that is not ready or not reachable, unless it says otherwise. Source: Kubernetes, DefaultTolerationSeconds.</summary>
    private const long TolerationSeconds = 300;

    private const string Immutable =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    public override bool DeletesGracefully => true;

    protected override void PrepareCreate(V1Pod item) => item.Status = new V1PodStatus
    {
        Phase = "Pending",
        Conditions = item.Spec?.SchedulingGates is { Count: > 0 }
            ? [new() { Type = "PodScheduled", Status = "False", Reason = "SchedulingGated", Message = "Scheduling is blocked due to non-empty scheduling gates" }]
            : null,
    };

    protected override void Default(V1Pod item)
    {
        item.Spec ??= new V1PodSpec();
        PodSpecDefaults.Apply(item.Spec);
        item.Spec.EnableServiceLinks ??= true;
        AddToleration(item.Spec, WellKnown.NotReadyTaint);
        AddToleration(item.Spec, WellKnown.UnreachableTaint);
        item.Status ??= new V1PodStatus { Phase = "Pending" };
        item.Status.QosClass ??= QosClass.Of(item.Spec);
    }

    protected override void Validate(V1Pod item, FieldErrors errors) => PodSpecRules.Validate("spec", item.Spec, errors);

    protected override void ValidateUpdate(V1Pod item, V1Pod old, FieldErrors errors)
    {
        Gates(item, old, errors);
        var kept = (old.Spec.Tolerations ?? []).All(toleration => (item.Spec.Tolerations ?? []).Contains(toleration));
        if (!kept || !JsonNode.DeepEquals(Fixed(item), Fixed(old)))
        {
            errors.Forbidden("spec", Immutable);
        }
        if (item.Spec.ActiveDeadlineSeconds is { } deadline && deadline > (old.Spec.ActiveDeadlineSeconds ?? long.MaxValue))
        {
            errors.Invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value");
        }
    }

    /// <summary>Gates are opened one by one; none is put in later.</summary>
    private static void Gates(V1Pod item, V1Pod old, FieldErrors errors)
    {
        var known = (old.Spec.SchedulingGates ?? []).Select(gate => gate.Name).ToHashSet();
        if ((item.Spec.SchedulingGates ?? []).FirstOrDefault(gate => !known.Contains(gate.Name)) is { } added)
        {
            errors.Forbidden("spec.schedulingGates", $"only deletion is allowed, but found new scheduling gate '{added.Name}'");
        }
    }

    /// <summary>The part of a pod's spec that never changes.</summary>
    private static JsonObject Fixed(V1Pod pod)
    {
        var spec = (JsonObject)ModelJson.ToTree(pod)["spec"]!.DeepClone(); // Defaulted to be there.
        spec.Remove("activeDeadlineSeconds");
        spec.Remove("tolerations");
        spec.Remove("schedulingGates");
        foreach (var list in new[] { "containers", "initContainers" })
        {
            foreach (var container in spec[list] as JsonArray ?? [])
            {
                ((JsonObject)container!).Remove("image"); // Checked by the shape: items are objects.
            }
        }
        return spec;
    }

    private static void AddToleration(V1PodSpec spec, string taint)
    {
        spec.Tolerations ??= [];
        if (!spec.Tolerations.Any(toleration => (toleration.Key == taint || string.IsNullOrEmpty(toleration.Key)) && toleration.Effect is "NoExecute" or null or ""))
        {
            spec.Tolerations.Add(new V1Toleration { Key = taint, OperatorProperty = "Exists", Effect = "NoExecute", TolerationSeconds = TolerationSeconds });
        }
    }
}
