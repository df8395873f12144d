using System.Collections.Immutable;
using k8s.Models;

namespace Orchestrator.Model.Printing;

/// <summary>The columns of services and of what stands behind them.</summary>
internal static class ServiceColumns
{
    public static ImmutableArray<PrinterColumn> Service { get; } =
    [
        Columns.Name<V1Service>(),
        Columns.Text<V1Service>("Type", "How the service is reached", item => item.Spec?.Type),
        Columns.Text<V1Service>("Cluster-IP", "Address inside the cluster", item => Shown(item.Spec?.ClusterIP)),
        Columns.Text<V1Service>("External-IP", "Address outside the cluster", ServiceSummary.ExternalAddress),
        Columns.Text<V1Service>("Port(s)", "Ports, each with its port on the nodes and its protocol", ServiceSummary.Ports),
        Columns.Age<V1Service>(),
        Columns.Text<V1Service>("Selector", "Labels of its pods", item => Shown(LabelSelector.FromLabels(item.Spec?.Selector).ToString()), 1),
    ];

    public static ImmutableArray<PrinterColumn> Endpoints { get; } =
        [Columns.Name<V1Endpoints>(), Columns.Text<V1Endpoints>("Endpoints", "Ready addresses with their ports", EndpointSummary.Addresses), Columns.Age<V1Endpoints>()];

    public static ImmutableArray<PrinterColumn> EndpointSlice { get; } =
    [
        Columns.Name<V1EndpointSlice>(),
        Columns.Text<V1EndpointSlice>("AddressType", "Family of the addresses", item => item.AddressType),
        Columns.Text<V1EndpointSlice>("Ports", "Ports of every endpoint", EndpointSummary.Ports),
        Columns.Text<V1EndpointSlice>("Endpoints", "Addresses", EndpointSummary.Addresses),
        Columns.Age<V1EndpointSlice>(),
    ];

    private static string? Shown(string? text) => string.IsNullOrEmpty(text) || text == Columns.None ? null : text;
}
