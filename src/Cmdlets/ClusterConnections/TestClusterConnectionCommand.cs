using System.Globalization;
using System.Management.Automation;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Network;

namespace Orchestrator.Cmdlets;

/// <summary>
/// Tests the way from a pod or a node to a service or a pod, hop by hop: its name, its address, its endpoints, the proxy of the node, a connection to each
/// endpoint and one to the service. Without -FromPod and -FromNode it is tested from every ready node. Writes one object a hop; the first that failed says why.
/// </summary>
/// <example><code>Test-ClusterConnection web -FromPod client-0 | Where-Object Result -eq Failed</code></example>
/// <example><code>Get-ClusterService | Test-ClusterConnection -FromNode n1 -Quiet</code></example>
/// <example><code>Test-ClusterConnection -ToPod web-0 -Port 8080</code></example>
[Cmdlet(VerbsDiagnostic.Test, "ClusterConnection", DefaultParameterSetName = ByObject)] // Or what comes down the pipeline would count by its name only, as a Service's.
[OutputType(typeof(ConnectionHop), typeof(bool))]
public sealed class TestClusterConnectionCommand : ObjectActionCommand
{
    private const string ByPod = "ToPod";

    /// <summary>Names of Services.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [SupportsWildcards]
    [NameCompleter("Service")]
    public string[]? Name { get; set; }

    /// <summary>Names of pods to test the way to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPod)]
    [SupportsWildcards]
    [NameCompleter("Pod")]
    public string[]? ToPod { get; set; }

    /// <summary>The pod that it is tested from: <c>pod</c> or <c>namespace/pod</c>.</summary>
    [Parameter]
    [NameCompleter("Pod")]
    public string? FromPod { get; set; }

    /// <summary>The node that it is tested from.</summary>
    [Parameter]
    [NameCompleter("Node")]
    public string? FromNode { get; set; }

    /// <summary>A port by number or name; without it, all that the Service or the pod's containers have.</summary>
    [Parameter]
    public string? Port { get; set; }

    /// <summary>Writes whether all hops passed, and nothing else.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override string[]? Names => ParameterSetName == ByPod ? ToPod : Name;
    private protected override Task<ResourceKind> KindAsync() => Task.FromResult(ParameterSetName == ByPod ? Kinds.Pod : Kinds.Service);
    private protected override bool Accepts(ResourceKind kind) => kind == Kinds.Service || kind == Kinds.Pod;

    private protected override async Task ActAsync(ObjectTarget target)
    {
        var sources = NetworkSource.Parse(FromPod, FromNode, EffectiveNamespace) is { } one ? [one] : await NetworkSource.ReadyNodesAsync(Client, Cancellation);
        var passed = true;
        foreach (var source in sources)
        {
            foreach (var hop in target.Kind == Kinds.Pod ? await ToPodAsync(source, target) : await ToServiceAsync(source, target))
            {
                passed &= hop.Result != HopResult.Failed;
                if (!Quiet)
                {
                    WriteObject(hop);
                }
            }
        }

        if (Quiet)
        {
            WriteObject(passed);
        }
    }

    private async Task<IEnumerable<ConnectionHop>> ToServiceAsync(NetworkSource source, ObjectTarget target)
    {
        var service = (V1Service)ModelJson.Decode(await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation), typeof(V1Service));
        var slices = new List<V1EndpointSlice>();
        await foreach (var slice in Client.ListAsync(Kinds.EndpointSlice, target.Namespace, new($"kubernetes.io/service-name={target.Name}"), Cancellation))
        {
            slices.Add((V1EndpointSlice)ModelJson.Decode(slice, typeof(V1EndpointSlice)));
        }

        var way = new ServiceWay(service, slices, PortsOf(service), await WhyNoEndpointsAsync(service));
        var report = await source.AskAsync(Client, target.Namespace ?? "", [new NameQuestion(way.Name, "A")], way.Targets(), Cancellation);
        return way.Hops(source.ToString(), report);
    }

    private async Task<IEnumerable<ConnectionHop>> ToPodAsync(NetworkSource source, ObjectTarget target)
    {
        var pod = new Pod(target.Kind, await Client.GetAsync(target.Kind, target.Namespace, target.Name, Cancellation), Client.Context.Name);
        var way = new PodWay(pod, PortOf(pod));
        return way.Hops(source.ToString(), await source.AskAsync(Client, target.Namespace ?? "", [], way.Targets(), Cancellation));
    }

    private IReadOnlyList<V1ServicePort> PortsOf(V1Service service)
    {
        var all = service.Spec.Ports ?? [];
        var chosen = Port is null ? all : all.Where(port => port.Name == Port || port.Port.ToString(CultureInfo.InvariantCulture) == Port).ToList();
        return chosen.Count > 0 || Port is null ? [.. chosen]
            : throw ClusterException.Argument("InvalidPort", $"Service {service.Metadata.Name} has no port {Port}; it has {string.Join(", ", all.Select(port => port.Port).DefaultIfEmpty())}.");
    }

    private int? PortOf(Pod pod) => Port is null ? null
        : ushort.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : ((V1Pod)pod.Object).Spec.Containers.SelectMany(container => container.Ports ?? []).FirstOrDefault(port => port.Name == Port)?.ContainerPort
            ?? throw ClusterException.Argument("InvalidPort", $"Pod {pod.Name} has no port {Port}.");

    private async Task<string> WhyNoEndpointsAsync(V1Service service)
    {
        if (service.Spec.Selector is not { Count: > 0 } labels)
        {
            return "none is ready; the Service has no selector, so that they are written by hand";
        }

        var (selector, pods) = (LabelSelector.FromLabels(labels).ToString(), new List<string>());
        await foreach (var tree in Client.ListAsync(Kinds.Pod, service.Metadata.NamespaceProperty, new(selector), Cancellation))
        {
            var pod = new Pod(Kinds.Pod, tree, Client.Context.Name);
            pods.Add($"{pod.Name} ({pod.Status} {pod.Ready})");
        }

        return pods.Count == 0 ? $"no pod has the labels {selector}" : $"none is ready of {string.Join(", ", pods.Take(10))}";
    }
}
