using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Events;

internal sealed class EventRules : KindRules<Corev1Event>
{
    protected override void Validate(Corev1Event item, FieldErrors errors)
    {
        if (item.InvolvedObject is null)
        {
            errors.Required("involvedObject");
        }
        else if (!string.IsNullOrEmpty(item.InvolvedObject.NamespaceProperty) && item.InvolvedObject.NamespaceProperty != item.Metadata.NamespaceProperty)
        {
            errors.Invalid("involvedObject.namespace", item.InvolvedObject.NamespaceProperty, "does not match event.namespace");
        }
    }
}
