using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model.Printing;

internal static class IngressColumns
{
    public static ImmutableArray<PrinterColumn> Ingress { get; } =
    [
        Columns.Name<V1Ingress>(),
        Columns.Text<V1Ingress>("Class", "Class of the controller that serves it", item => item.Spec?.IngressClassName ?? Columns.None),
        Columns.Text<V1Ingress>("Hosts", "Hosts that it is for", item => (item.Spec?.Rules ?? []).Select(rule => rule.Host).Where(host => !string.IsNullOrEmpty(host)).Distinct().ToArray() is { Length: > 0 } hosts ? string.Join(',', hosts) : "*"),
        Columns.Text<V1Ingress>("Address", "Where it is served", item => string.Join(',', (item.Status?.LoadBalancer?.Ingress ?? []).Select(point => string.IsNullOrEmpty(point.Ip) ? point.Hostname : point.Ip))),
        Columns.Text<V1Ingress>("Ports", "Ports that it is served on", item => item.Spec?.Tls is { Count: > 0 } ? "80, 443" : "80"),
        Columns.Age<V1Ingress>(),
    ];

    public static ImmutableArray<PrinterColumn> IngressClass { get; } =
    [
        Columns.Name<V1IngressClass>(),
        Columns.Text<V1IngressClass>("Controller", "Who serves it", item => item.Spec?.Controller),
        Columns.Text<V1IngressClass>("Parameters", "Object with more settings", item => item.Spec?.Parameters is { } more ? $"{more.Kind}.{more.ApiGroup}/{more.Name}" : Columns.None),
        Columns.Age<V1IngressClass>(),
    ];
}
