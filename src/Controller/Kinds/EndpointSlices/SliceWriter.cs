using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.EndpointSlices;

/// <summary>Reads a service's slices of one manager, and carries out a plan for them.</summary>
internal sealed class SliceWriter(ObjectApi api, Deletion deletion)
{
    private static readonly ResourceKind Kind = Catalog.ForType<V1EndpointSlice>();

    public IReadOnlyList<V1EndpointSlice> Read(string @namespace, string service, string manager) =>
    [
        .. api.Cache.List(new(Kind.GroupResource, @namespace) { Labels = LabelSelector.FromLabels([new(SliceLabels.ServiceName, service), new(SliceLabels.ManagedBy, manager)]) }).Items
            .Where(item => !item.Encoded.IsDeleting).Select(item => item.Decode<V1EndpointSlice>()),
    ];

    /// <param name="plan">What to do.</param>
    /// <param name="owner">Whose slices they are: they go with it.</param>
    /// <param name="service">The service's name, with which the names of slices begin.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ApplyAsync(SlicePlan plan, IKubernetesObject<V1ObjectMeta> owner, string service, CancellationToken cancellationToken)
    {
        var @namespace = owner.Metadata.NamespaceProperty;
        // Together, so that they share commits.
        await Task.WhenAll([
            .. plan.Create.Select(slice => CreateAsync(slice, owner, service, cancellationToken)),
            .. plan.Update.Select(slice => api.UpdateAsync(Kind, @namespace, slice.Metadata.Name, status: false, _ => ModelJson.ToTree(slice), WriteOptions.Default, cancellationToken)),
        ]).ConfigureAwait(false);
        // Only now: what moves from one slice to another is never in none.
        await DeleteAsync(plan.Delete, cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteAsync(IEnumerable<V1EndpointSlice> slices, CancellationToken cancellationToken) => Task.WhenAll(slices.Select(async slice =>
    {
        try
        {
            await deletion.DeleteAsync(Kind, slice.Metadata.NamespaceProperty, slice.Metadata.Name, new() { Uid = slice.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason == StatusReason.NotFound)
        {
            // Gone already, which is what was wanted.
        }
    }));

    private Task<CachedObject> CreateAsync(V1EndpointSlice slice, IKubernetesObject<V1ObjectMeta> owner, string service, CancellationToken cancellationToken)
    {
        var tree = ModelJson.ToTree(slice);
        var metadata = AdmissionChain.Metadata(tree);
        metadata["generateName"] = service + "-";
        metadata["ownerReferences"] = new JsonArray(PodControl.Reference(owner));
        return api.CreateAsync(Kind, owner.Metadata.NamespaceProperty, tree, WriteOptions.Default, cancellationToken);
    }
}
