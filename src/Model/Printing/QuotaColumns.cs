using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model.Printing;

internal static class QuotaColumns
{
    public static ImmutableArray<PrinterColumn> ResourceQuota { get; } =
    [
        Columns.Name<V1ResourceQuota>(),
        Columns.Text<V1ResourceQuota>("Request", "What is used of what may be, but for limits", item => Shares(item, limits: false)),
        Columns.Text<V1ResourceQuota>("Limit", "What is used of what limits may be", item => Shares(item, limits: true)),
        Columns.Age<V1ResourceQuota>(),
    ];

    public static ImmutableArray<PrinterColumn> LimitRange { get; } =
    [
        Columns.Name<V1LimitRange>(),
        Columns.Text<V1LimitRange>("Created At", "When it was made", item => item.Metadata.CreationTimestamp is { } time ? Timestamp.Seconds(new DateTimeOffset(time, TimeSpan.Zero)) : null),
    ];

    public static ImmutableArray<PrinterColumn> PodTemplate { get; } =
    [
        Columns.Name<V1PodTemplate>(),
        Columns.Text<V1PodTemplate>("Containers", "Names of the containers", item => Join(item, container => container.Name)),
        Columns.Text<V1PodTemplate>("Images", "Images of the containers", item => Join(item, container => container.Image)),
        Columns.Text<V1PodTemplate>("Pod Labels", "Labels of pods made of it", item => string.Join(',', (item.Template?.Metadata?.Labels ?? new Dictionary<string, string>()).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"))),
    ];

    private static string Shares(V1ResourceQuota item, bool limits) => string.Join(", ",
        (item.Status?.Hard ?? new Dictionary<string, ResourceQuantity>()).Where(pair => pair.Key.StartsWith("limits.", StringComparison.Ordinal) == limits).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}: {(item.Status!.Used?.TryGetValue(pair.Key, out var used) == true ? used.ToString() : "0")}/{pair.Value}")); // It has a hard list.

    private static string Join(V1PodTemplate item, Func<V1Container, string> part) => string.Join(',', (item.Template?.Spec?.Containers ?? []).Select(part));
}
