using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.PriorityClasses;
using Orchestrator.Controller.Kinds.Roles;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Kinds.StorageClasses;
using Orchestrator.Controller.Security.Rbac;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Hosting;

/// <summary>
/// Makes what every cluster has from its first start: the standing namespaces, the runtime classes, the system's priority classes, the default
/// roles, the storage class of the nodes' own disks, and the standing services, whose addresses nobody else may be given.
/// </summary>
internal sealed class Bootstrap(ObjectApi api, ControllerOptions options, ILogger<Bootstrap> log) : IHostedService
{
    private static readonly string[] Namespaces = ["default", WellKnown.SystemNamespace, "kube-public", WellKnown.LeaseNamespace];
    private static readonly string[] RuntimeClasses = [WellKnown.ProcessRuntime, WellKnown.DockerRuntime];

    /// <summary>Volumes on the disk of the node whose pod wants them first, and the class of claims that name none. Who wants another default takes its mark away.</summary>
    private static V1StorageClass LocalClass => new()
    {
        Metadata = new() { Annotations = new Dictionary<string, string> { [VolumeNames.DefaultClass] = "true" } },
        Provisioner = VolumeNames.Local,
        VolumeBindingMode = StorageClassRules.WaitForFirstConsumer,
        ReclaimPolicy = StorageClassRules.Delete,
        AllowVolumeExpansion = true,
    };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (namespaces, classes) = (Catalog.ForType<V1Namespace>(), Catalog.ForType<V1RuntimeClass>());
        var priorities = Catalog.ForType<V1PriorityClass>();
        // Together, so that they share one commit.
        await Task.WhenAll([
            .. Namespaces.Select(name => EnsureAsync(namespaces, name, [], cancellationToken)),
            .. RuntimeClasses.Select(name => EnsureAsync(classes, name, new() { ["handler"] = name }, cancellationToken)),
            .. PodPriority.SystemClasses.Select(item => EnsureAsync(priorities, item.Key, new() { ["value"] = item.Value }, cancellationToken)),
            EnsureAsync(Catalog.ForType<V1StorageClass>(), VolumeNames.LocalClass, ModelJson.ToTree(LocalClass), cancellationToken),
        ]).ConfigureAwait(false);
        // Bindings after roles: what is bound is there.
        await Task.WhenAll(DefaultRoles.Roles.Select(role => EnsureAsync(role, cancellationToken))).ConfigureAwait(false);
        var bindings = Catalog.ForType<V1ClusterRoleBinding>();
        await Task.WhenAll(DefaultRoles.Bindings.Where(binding => api.Find(bindings, null, binding.Metadata.Name) is null)
            .Select(binding => api.CreateAsync(bindings, null, ModelJson.ToTree(binding), WriteOptions.Default, cancellationToken))).ConfigureAwait(false);
        await Task.WhenAll(StandingServices.All(options).Select(service => EnsureAsync(service, cancellationToken))).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Adds what a role lacks, as a newer version serves more kinds, unless its annotation says that it is to be left alone.</summary>
    private async Task EnsureAsync(V1ClusterRole role, CancellationToken cancellationToken)
    {
        var kind = Catalog.ForType<V1ClusterRole>();
        if (api.Find(kind, null, role.Metadata.Name)?.Decode<V1ClusterRole>() is not { } present)
        {
            await api.CreateAsync(kind, null, ModelJson.ToTree(role), WriteOptions.Default, cancellationToken).ConfigureAwait(false);
            return;
        }
        var lacking = role.Rules.Where(rule => PolicyRules.Missing([.. present.Rules ?? []], [rule]).Count > 0).ToArray();
        if (lacking.Length == 0 || present.Metadata.Annotations?.TryGetValue(DefaultRoles.AutoUpdate, out var wanted) != true || wanted != "true")
        {
            return;
        }
        present.Rules = [.. present.Rules ?? [], .. lacking];
        await api.UpdateAsync(kind, null, role.Metadata.Name, status: false, current =>
        {
            current["rules"] = ModelJson.ToTree(present)["rules"]?.DeepClone();
            return current;
        }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
    }

    private async Task EnsureAsync(V1Service service, CancellationToken cancellationToken)
    {
        var (kind, metadata) = (Catalog.ForType<V1Service>(), service.Metadata);
        if (api.Find(kind, metadata.NamespaceProperty, metadata.Name) is not null)
        {
            return;
        }
        try
        {
            await api.CreateAsync(kind, metadata.NamespaceProperty, ModelJson.ToTree(service), WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem)
        {
            // Someone has its address, from a time when the range was another. Its keeper tries on; nothing else needs to wait for it.
            log.StandingServiceMissing(metadata.NamespaceProperty, metadata.Name, problem.Message);
        }
    }

    private async Task EnsureAsync(ResourceKind kind, string name, JsonObject tree, CancellationToken cancellationToken)
    {
        if (api.Find(kind, null, name) is null)
        {
            tree["apiVersion"] = kind.ApiVersion;
            tree["kind"] = kind.Kind;
            AdmissionChain.Metadata(tree)["name"] = name;
            await api.CreateAsync(kind, null, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
    }
}
