using k8s.Models;

namespace Orchestrator.Controller.Security.Rbac;

/// <summary>What rules of roles allow, and whether some rules include others. Pure. Source: Kubernetes documentation, "Using RBAC Authorization".</summary>
internal static class PolicyRules
{
    private const string Any = "*";

    public static bool Allows(V1PolicyRule rule, AccessRequest request) => Has(rule.Verbs, request.Verb) && (request.Path is { } path
        ? rule.NonResourceURLs?.Any(pattern => IsOf(path, pattern)) == true
        : Has(rule.ApiGroups, request.Group) && rule.Resources?.Any(resource => IsResource(resource, request.Resource)) == true
            && (rule.ResourceNames is not { Count: > 0 } names || (request.Name is { } name && names.Contains(name))));

    /// <returns>What of the wanted rules nobody who holds the owned ones could do; empty when they include it all.</returns>
    public static IReadOnlyList<V1PolicyRule> Missing(IReadOnlyCollection<V1PolicyRule> owned, IEnumerable<V1PolicyRule> wanted) =>
        [.. wanted.SelectMany(Split).Where(rule => !owned.Any(owner => Includes(owner, rule)))];

    /// <summary>As an error message shows them.</summary>
    public static string Show(V1PolicyRule rule)
    {
        List<string> parts = [];
        Add("APIGroups", rule.ApiGroups);
        Add("Resources", rule.Resources);
        Add("ResourceNames", rule.ResourceNames);
        Add("NonResourceURLs", rule.NonResourceURLs);
        Add("Verbs", rule.Verbs);
        return $"{{{string.Join(", ", parts)}}}";

        void Add(string name, IList<string>? values)
        {
            if (values is { Count: > 0 })
            {
                parts.Add($"{name}:[{string.Join(' ', values.Select(value => $"\"{value}\""))}]");
            }
        }
    }

    /// <summary>One rule for each single thing that a rule says.</summary>
    private static IEnumerable<V1PolicyRule> Split(V1PolicyRule rule)
    {
        foreach (var verb in rule.Verbs ?? [])
        {
            foreach (var path in rule.NonResourceURLs ?? [])
            {
                yield return new() { Verbs = [verb], NonResourceURLs = [path] };
            }
            foreach (var (group, resource) in from @group in rule.ApiGroups ?? [] from resource in rule.Resources ?? [] select (@group, resource))
            {
                foreach (var name in rule.ResourceNames is { Count: > 0 } names ? names.Cast<string?>() : [null])
                {
                    yield return new() { Verbs = [verb], ApiGroups = [group], Resources = [resource], ResourceNames = name is null ? null : [name] };
                }
            }
        }
    }

    private static bool Includes(V1PolicyRule owner, V1PolicyRule single) => Has(owner.Verbs, single.Verbs[0]) && (single.NonResourceURLs is [var path]
        ? owner.NonResourceURLs?.Any(pattern => IsOf(path, pattern)) == true
        : Has(owner.ApiGroups, single.ApiGroups[0]) && owner.Resources?.Any(resource => IsResource(resource, single.Resources[0])) == true
            && (owner.ResourceNames is not { Count: > 0 } names || (single.ResourceNames is [var name] && names.Contains(name))));

    private static bool Has(IList<string>? values, string value) => values?.Any(item => item == Any || item == value) == true;

    private static bool IsResource(string rule, string resource) => rule == Any || rule == resource
        || (rule.StartsWith("*/", StringComparison.Ordinal) && resource.IndexOf('/', StringComparison.Ordinal) is var slash and > 0
            && resource.AsSpan(slash).SequenceEqual(rule.AsSpan(1)));

    private static bool IsOf(string path, string pattern) => pattern == Any || pattern == path
        || (pattern.EndsWith('*') && path.StartsWith(pattern[..^1], StringComparison.Ordinal));
}
