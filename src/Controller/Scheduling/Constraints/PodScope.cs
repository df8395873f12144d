using System.Collections.Immutable;
using Orchestrator.Model;

namespace Orchestrator.Controller.Scheduling.Constraints;

/// <summary>Which pods a term of affinity, anti-affinity or spreading speaks of: those that the selector matches in these namespaces.</summary>
/// <param name="Namespaces">By name.</param>
/// <param name="NamespaceSelector">By label, besides those named; null for none.</param>
internal sealed record PodScope(LabelSelector Selector, ImmutableSortedSet<string> Namespaces, LabelSelector? NamespaceSelector)
{
    /// <summary>Equal for equal scopes.</summary>
    public string Key { get; } = $"{Selector}|{string.Join(',', Namespaces)}|{NamespaceSelector}";

    public bool Matches(PodClass pod, Func<string, IReadOnlyDictionary<string, string>?> namespaceLabels) =>
        Selector.Matches(pod.Labels)
        && (Namespaces.Contains(pod.Namespace)
            || (NamespaceSelector is not null && (NamespaceSelector.IsEmpty || NamespaceSelector.Matches(namespaceLabels(pod.Namespace)))));
}
