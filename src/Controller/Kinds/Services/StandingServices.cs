using System.Net;
using k8s.Models;
using Orchestrator.Controller.Hosting;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>The services that every cluster has: that of its API, and that of its DNS.</summary>
internal static class StandingServices
{
    public const string Api = "kubernetes";
    public const string Dns = "kube-dns";
    private const int DnsPlace = 10;

    /// <summary>Names of the API inside the cluster, for its certificate: its address and its names in DNS.</summary>
    public static IEnumerable<string> ApiNames(ControllerOptions options) =>
        [Address(options, 1), Api, $"{Api}.default", $"{Api}.default.svc", $"{Api}.default.svc.{options.ClusterDomain}"];

    public static IReadOnlyList<V1Service> All(ControllerOptions options) => [ForApi(options), ForDns(options)];

    /// <summary>The 1st address of the range. Its endpoint is the controller itself.</summary>
    private static V1Service ForApi(ControllerOptions options) => new()
    {
        ApiVersion = V1Service.KubeApiVersion,
        Kind = V1Service.KubeKind,
        Metadata = new() { Name = Api, NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["component"] = "apiserver", ["provider"] = "kubernetes" } },
        Spec = new()
        {
            ClusterIP = Address(options, 1),
            Ports = [new() { Name = "https", Port = 443, Protocol = "TCP", TargetPort = options.Listen.Port == 0 ? "443" : options.Listen.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) }],
        },
    };

    /// <summary>The 10th address of the range. It has no endpoints: each agent answers at this address for its own pods.</summary>
    private static V1Service ForDns(ControllerOptions options) => new()
    {
        ApiVersion = V1Service.KubeApiVersion,
        Kind = V1Service.KubeKind,
        Metadata = new()
        {
            Name = Dns, NamespaceProperty = WellKnown.SystemNamespace,
            Labels = new Dictionary<string, string> { ["k8s-app"] = Dns, ["kubernetes.io/cluster-service"] = "true", ["kubernetes.io/name"] = "CoreDNS" },
        },
        Spec = new()
        {
            ClusterIP = Address(options, DnsPlace),
            Ports = [new() { Name = "dns", Port = 53, Protocol = "UDP", TargetPort = "53" }, new() { Name = "dns-tcp", Port = 53, Protocol = "TCP", TargetPort = "53" }],
        },
    };

    private static string Address(ControllerOptions options, int place) => new AddressRange(options.ServiceNetwork).At(place - 1);
}
