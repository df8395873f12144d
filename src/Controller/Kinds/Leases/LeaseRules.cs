using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Leases;

internal sealed class LeaseRules : KindRules<V1Lease>
{
    protected override void Validate(V1Lease item, FieldErrors errors)
    {
        if (item.Spec?.LeaseDurationSeconds is <= 0)
        {
            errors.Invalid("spec.leaseDurationSeconds", item.Spec.LeaseDurationSeconds, "must be greater than 0");
        }
        errors.NotNegative("spec.leaseTransitions", item.Spec?.LeaseTransitions);
    }
}
