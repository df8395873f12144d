using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.ReplicaSets;

internal sealed class ReplicaSetRules : KindRules<V1ReplicaSet>
{
    public override bool CountsGenerations => true;

    protected override void PrepareCreate(V1ReplicaSet item) => item.Status = new V1ReplicaSetStatus { Replicas = 0 };

    protected override void Default(V1ReplicaSet item)
    {
        item.Spec ??= new V1ReplicaSetSpec();
        item.Spec.Replicas ??= 1;
        PodTemplateRules.Default(item.Spec.Template);
    }

    protected override void Validate(V1ReplicaSet item, FieldErrors errors)
    {
        errors.NotNegative("spec.replicas", item.Spec.Replicas);
        errors.NotNegative("spec.minReadySeconds", item.Spec.MinReadySeconds);
        PodTemplateRules.Validate(item.Spec.Template, item.Spec.Selector, errors);
    }

    protected override void ValidateUpdate(V1ReplicaSet item, V1ReplicaSet old, FieldErrors errors) =>
        PodTemplateRules.SelectorIsImmutable(item.Spec.Selector, old.Spec.Selector, errors);
}
