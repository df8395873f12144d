using System.Text.Json.Nodes;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.PriorityClasses;
using Orchestrator.Model;

namespace Orchestrator.Controller.Hosting;

/// <summary>Makes what every cluster has from its first start: the standing namespaces, the runtime classes and the system's priority classes.</summary>
internal sealed class Bootstrap(ObjectApi api) : IHostedService
{
    private static readonly string[] Namespaces = ["default", WellKnown.SystemNamespace, "kube-public", WellKnown.LeaseNamespace];
    private static readonly string[] RuntimeClasses = [WellKnown.ProcessRuntime, WellKnown.DockerRuntime];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (namespaces, classes) = (Catalog.ForType<k8s.Models.V1Namespace>(), Catalog.ForType<k8s.Models.V1RuntimeClass>());
        var priorities = Catalog.ForType<k8s.Models.V1PriorityClass>();
        // Together, so that they share one commit.
        await Task.WhenAll([
            .. Namespaces.Select(name => EnsureAsync(namespaces, name, [], cancellationToken)),
            .. RuntimeClasses.Select(name => EnsureAsync(classes, name, new() { ["handler"] = name }, cancellationToken)),
            .. PodPriority.SystemClasses.Select(item => EnsureAsync(priorities, item.Key, new() { ["value"] = item.Value }, cancellationToken)),
        ]).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAsync(ResourceKind kind, string name, JsonObject tree, CancellationToken cancellationToken)
    {
        if (api.Find(kind, null, name) is null)
        {
            tree["apiVersion"] = kind.ApiVersion;
            tree["kind"] = kind.Kind;
            tree["metadata"] = new JsonObject { ["name"] = name };
            await api.CreateAsync(kind, null, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
    }
}
