using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.ReplicationControllers;

internal sealed class ReplicationControllerRules : KindRules<V1ReplicationController>
{
    public override bool CountsGenerations => true;

    protected override void PrepareCreate(V1ReplicationController item) => item.Status = new V1ReplicationControllerStatus { Replicas = 0 };

    protected override void Default(V1ReplicationController item)
    {
        item.Spec ??= new V1ReplicationControllerSpec();
        item.Spec.Replicas ??= 1;
        // What isn't said is read off the template's labels.
        if (item.Spec.Template?.Metadata?.Labels is { Count: > 0 } labels)
        {
            item.Spec.Selector = item.Spec.Selector is { Count: > 0 } ? item.Spec.Selector : new Dictionary<string, string>(labels);
            item.Metadata.Labels = item.Metadata.Labels is { Count: > 0 } ? item.Metadata.Labels : new Dictionary<string, string>(labels);
        }
        PodTemplateRules.Default(item.Spec.Template);
    }

    protected override void Validate(V1ReplicationController item, FieldErrors errors)
    {
        errors.NotNegative("spec.replicas", item.Spec.Replicas);
        errors.NotNegative("spec.minReadySeconds", item.Spec.MinReadySeconds);
        PodTemplateRules.Validate(item.Spec.Template, item.Spec.Selector is { Count: > 0 } labels ? new V1LabelSelector { MatchLabels = labels } : null, errors);
    }
}
