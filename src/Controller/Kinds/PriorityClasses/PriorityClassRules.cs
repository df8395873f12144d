using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.PriorityClasses;

internal sealed class PriorityClassRules : KindRules<V1PriorityClass>
{
    /// <summary>Above it is the system's. Source: Kubernetes, HighestUserDefinablePriority.</summary>
    private const int HighestOfUsers = 1_000_000_000;
    private const string SystemPrefix = "system-";

    public override bool CountsGenerations => true;

    protected override void Default(V1PriorityClass item) => item.PreemptionPolicy ??= PodPriority.PreemptLower;

    protected override void Validate(V1PriorityClass item, FieldErrors errors)
    {
        if (item.Metadata.Name?.StartsWith(SystemPrefix, StringComparison.Ordinal) == true)
        {
            if (!PodPriority.SystemClasses.TryGetValue(item.Metadata.Name, out var value) || value != item.Value)
            {
                errors.Forbidden("metadata.name", $"priority class names with '{SystemPrefix}' prefix are reserved for system use only. error: {item.Metadata.Name} is not a known system priority class of that value");
            }
        }
        else if (item.Value > HighestOfUsers)
        {
            errors.Forbidden("value", $"maximum allowed value of a user defined priority is {HighestOfUsers}");
        }
        if (item.PreemptionPolicy is not (PodPriority.PreemptLower or "Never"))
        {
            errors.NotSupported("preemptionPolicy", item.PreemptionPolicy, PodPriority.PreemptLower, "Never");
        }
    }

    protected override void ValidateUpdate(V1PriorityClass item, V1PriorityClass old, FieldErrors errors)
    {
        if (item.Value != old.Value)
        {
            errors.Forbidden("value", "may not be changed in an update.");
        }
        if (item.PreemptionPolicy != old.PreemptionPolicy)
        {
            errors.Invalid("preemptionPolicy", item.PreemptionPolicy, "field is immutable");
        }
    }
}
