using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.LimitRanges;

internal sealed class LimitRangeRules : KindRules<V1LimitRange>
{
    private static readonly string[] Types = ["Container", "PersistentVolumeClaim", "Pod"];

    /// <summary>What is not said follows from what is. Source: Kubernetes API reference, LimitRangeItem.</summary>
    protected override void Default(V1LimitRange item)
    {
        foreach (var limit in item.Spec?.Limits ?? [])
        {
            if (limit.Type != "Container")
            {
                continue;
            }
            limit.DefaultProperty = Fill(limit.DefaultProperty, limit.Max);
            limit.DefaultRequest = Fill(limit.DefaultRequest, limit.DefaultProperty);
            limit.DefaultRequest = Fill(limit.DefaultRequest, limit.Min);
        }
    }

    protected override void Validate(V1LimitRange item, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (item.Spec?.Limits?.Count ?? 0); i++)
        {
            var (field, limit) = ($"spec.limits[{i}]", item.Spec!.Limits[i]); // Counted.
            if (!Types.Contains(limit.Type))
            {
                errors.NotSupported($"{field}.type", limit.Type, Types);
            }
            else if (!seen.Add(limit.Type))
            {
                errors.Duplicate($"{field}.type", limit.Type);
            }
            if (limit.Type == "Pod")
            {
                foreach (var (name, list) in new[] { ("default", limit.DefaultProperty), ("defaultRequest", limit.DefaultRequest) })
                {
                    if (list is { Count: > 0 })
                    {
                        errors.Forbidden($"{field}.{name}", "may not be specified when `type` is 'Pod'");
                    }
                }
            }
            Order(field, limit, errors);
        }
    }

    private static void Order(string field, V1LimitRangeItem limit, FieldErrors errors)
    {
        (string Name, IDictionary<string, ResourceQuantity>? Low, IDictionary<string, ResourceQuantity>? High, string Against)[] pairs =
        [
            ("min", limit.Min, limit.Max, "max value"), ("defaultRequest", limit.DefaultRequest, limit.DefaultProperty, "default limit value"), ("default", limit.DefaultProperty, limit.Max, "max value"),
            ("defaultRequest", limit.DefaultRequest, limit.Max, "max value"),
        ];
        foreach (var (name, low, high, against) in pairs)
        {
            foreach (var (resource, quantity) in low ?? new Dictionary<string, ResourceQuantity>())
            {
                if (high?.TryGetValue(resource, out var most) == true && Quantity.Parse(quantity.ToString()) > Quantity.Parse(most.ToString()))
                {
                    errors.Invalid($"{field}.{name}[{resource}]", quantity.ToString(), $"{name} value {quantity} is greater than {against} {most}");
                }
            }
        }
    }

    private static IDictionary<string, ResourceQuantity>? Fill(IDictionary<string, ResourceQuantity>? list, IDictionary<string, ResourceQuantity>? from)
    {
        if (from is null)
        {
            return list;
        }
        var filled = new Dictionary<string, ResourceQuantity>(list ?? new Dictionary<string, ResourceQuantity>());
        foreach (var (name, quantity) in from)
        {
            filled.TryAdd(name, quantity);
        }
        return filled;
    }
}
