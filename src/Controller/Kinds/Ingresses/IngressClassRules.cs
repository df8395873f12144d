using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Ingresses;

internal sealed class IngressClassRules : KindRules<V1IngressClass>
{
    public override bool CountsGenerations => true;

    protected override void Validate(V1IngressClass item, FieldErrors errors)
    {
        if (item.Spec?.Controller is { Length: > 250 })
        {
            errors.TooLong("spec.controller", 250);
        }
        else if (item.Spec?.Controller is { Length: > 0 } name && (name.Split('/') is not [var domain, { Length: > 0 }] || NameRules.DnsSubdomain(domain) is not null))
        {
            errors.Invalid("spec.controller", name, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        }
    }

    protected override void ValidateUpdate(V1IngressClass item, V1IngressClass old, FieldErrors errors)
    {
        if (item.Spec?.Controller != old.Spec?.Controller)
        {
            errors.Invalid("spec.controller", item.Spec?.Controller, "field is immutable");
        }
    }
}
