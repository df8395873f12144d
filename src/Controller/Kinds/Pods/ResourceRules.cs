using k8s.Models;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Pods;

/// <summary>Validation of resource requests and limits.</summary>
internal static class ResourceRules
{
    private static readonly string[] Native = ["cpu", "memory", "ephemeral-storage"];

    public static void Validate(string path, V1ResourceRequirements? resources, FieldErrors errors)
    {
        foreach (var (field, list) in new[] { ("limits", resources?.Limits), ("requests", resources?.Requests) })
        {
            foreach (var (name, quantity) in list ?? new Dictionary<string, ResourceQuantity>())
            {
                var at = $"{path}.{field}[{name}]";
                if (!Native.Contains(name) && !name.StartsWith("hugepages-", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
                {
                    errors.Invalid(at, name, "must be a standard resource type or fully qualified");
                }
                if (!Quantity.TryParse(quantity?.ToString(), out var value) || value.IsNegative)
                {
                    errors.Invalid(at, quantity?.ToString(), "must be greater than or equal to 0");
                }
            }
        }
        foreach (var (name, request) in resources?.Requests ?? new Dictionary<string, ResourceQuantity>())
        {
            if (resources!.Limits?.TryGetValue(name, out var limit) == true // Its requests were found in it.
                && Quantity.TryParse(request?.ToString(), out var low) && Quantity.TryParse(limit?.ToString(), out var high) && low > high)
            {
                errors.Invalid($"{path}.requests", request!.ToString(), $"must be less than or equal to {name} limit of {high}"); // Parsed above.
            }
        }
    }
}
