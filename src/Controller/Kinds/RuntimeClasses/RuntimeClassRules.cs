using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.RuntimeClasses;

internal sealed class RuntimeClassRules : KindRules<V1RuntimeClass>
{
    protected override void Validate(V1RuntimeClass item, FieldErrors errors) =>
        errors.Check("handler", item.Handler, NameRules.DnsLabel(item.Handler));

    protected override void ValidateUpdate(V1RuntimeClass item, V1RuntimeClass old, FieldErrors errors)
    {
        if (item.Handler != old.Handler)
        {
            errors.Invalid("handler", item.Handler, "field is immutable");
        }
    }
}
