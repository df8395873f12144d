using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Kinds.Pods;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds;

/// <summary>How workload kinds make, adopt and delete their pods.</summary>
internal sealed class PodControl(ObjectApi api, Deletion deletion, EventRecorder events, DecodedPods decoded)
{
    private static readonly ResourceKind Pods = Catalog.ForType<V1Pod>();

    /// <summary>The pods that an object controls; those that match its selector and have no controller are adopted, those that no longer match are let go. They are shared: not to be changed.</summary>
    /// <param name="owner">The object.</param>
    /// <param name="selector">Its selector.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="mayAdopt">Which pods may be adopted, by name; null for all.</param>
    public async Task<IReadOnlyList<V1Pod>> ClaimAsync(IKubernetesObject<V1ObjectMeta> owner, V1LabelSelector? selector, CancellationToken cancellationToken,
        Func<string, bool>? mayAdopt = null)
    {
        var (meta, labels) = (owner.Metadata, LabelSelector.From(selector));
        var claimed = new List<V1Pod>();
        foreach (var pod in decoded.Of(meta.Uid, api.Cache.List(new("pods", meta.NamespaceProperty) { OwnerUid = meta.Uid }).Items))
        {
            if (PodState.Controller(pod.Metadata)?.Uid != meta.Uid)
            {
                continue;
            }
            if (labels.Matches(pod.Metadata.Labels) || meta.DeletionTimestamp is not null)
            {
                claimed.Add(pod);
            }
            else
            {
                await SetOwnersAsync(pod, owners => Without(owners, meta.Uid), cancellationToken).ConfigureAwait(false);
            }
        }
        if (meta.DeletionTimestamp is null)
        {
            foreach (var item in api.Cache.List(new("pods", meta.NamespaceProperty) { Labels = labels }).Items)
            {
                if (item.Encoded.OwnerUids.Length == 0 && !item.Encoded.IsDeleting && mayAdopt?.Invoke(item.Key.Name) != false)
                {
                    var pod = item.Decode<V1Pod>();
                    await SetOwnersAsync(pod, owners => new([.. owners.Select(entry => entry?.DeepClone()), Reference(owner)]), cancellationToken).ConfigureAwait(false);
                    claimed.Add(pod);
                }
            }
        }
        return claimed;
    }

    /// <summary>Creates pods from a template.</summary>
    public Task CreateAsync(IKubernetesObject<V1ObjectMeta> owner, V1PodTemplateSpec template, int count, CancellationToken cancellationToken) =>
        CreateAsync(owner, Enumerable.Repeat(new V1Pod { Metadata = template.Metadata, Spec = template.Spec }, count), cancellationToken);

    /// <summary>
    /// Creates pods in growing batches, so that a template that can't work fails a few times and not a thousand. A pod that has neither name
    /// nor generateName is named after its owner.
    /// </summary>
    public Task CreateAsync(IKubernetesObject<V1ObjectMeta> owner, IEnumerable<V1Pod> pods, CancellationToken cancellationToken) =>
        PacedBatches.ForEachAsync([.. pods], firstBatch: 1, pod => CreateAsync(owner, pod, cancellationToken), api.Time, cancellationToken);

    public Task DeleteAsync(IKubernetesObject<V1ObjectMeta> owner, IReadOnlyCollection<V1Pod> pods, CancellationToken cancellationToken) =>
        PacedBatches.ForEachAsync([.. pods], PacedBatches.Widest, async pod =>
        {
            try
            {
                await deletion.DeleteAsync(Pods, pod.Metadata.NamespaceProperty, pod.Metadata.Name, new() { Uid = pod.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
                await events.NormalAsync(owner, Component(owner), "SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}", cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException problem) when (problem.Reason is StatusReason.NotFound or StatusReason.Conflict)
            {
                // Gone, or another pod of that name by now: either way there is nothing to delete.
            }
        }, api.Time, cancellationToken);

    public static JsonObject Reference(IKubernetesObject<V1ObjectMeta> owner)
    {
        var kind = Catalog.ForType(owner.GetType());
        return new()
        {
            ["apiVersion"] = kind.ApiVersion,
            ["blockOwnerDeletion"] = true,
            ["controller"] = true,
            ["kind"] = kind.Kind,
            ["name"] = owner.Metadata.Name,
            ["uid"] = owner.Metadata.Uid,
        };
    }

    /// <summary>Writes a pod's finalizers anew, unless it is gone or another has its name.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="change">From the present object to the finalizers that it is to have; null leaves them as they are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SetFinalizersAsync(V1Pod pod, Func<V1Pod, IEnumerable<string>?> change, CancellationToken cancellationToken)
    {
        try
        {
            await api.UpdateAsync(Pods, pod.Metadata.NamespaceProperty, pod.Metadata.Name, status: false, current =>
            {
                var metadata = AdmissionChain.Metadata(current);
                metadata["uid"] = pod.Metadata.Uid;
                if (change((V1Pod)ModelJson.Decode(current, typeof(V1Pod))) is { } finalizers)
                {
                    var list = new JsonArray([.. finalizers.Select(name => (JsonNode)name)]);
                    metadata["finalizers"] = list.Count > 0 ? list : null;
                }
                return current;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason is StatusReason.NotFound or StatusReason.Conflict)
        {
            // Gone, or another pod of that name by now.
        }
    }

    private async Task CreateAsync(IKubernetesObject<V1ObjectMeta> owner, V1Pod pod, CancellationToken cancellationToken)
    {
        var tree = ModelJson.ToTree(new V1Pod { ApiVersion = "v1", Kind = "Pod", Metadata = pod.Metadata ?? new V1ObjectMeta(), Spec = pod.Spec });
        var metadata = AdmissionChain.Metadata(tree);
        if (string.IsNullOrEmpty(pod.Metadata?.Name) && string.IsNullOrEmpty(pod.Metadata?.GenerateName))
        {
            metadata["generateName"] = owner.Metadata.Name + "-";
        }
        metadata["ownerReferences"] = new JsonArray(Reference(owner));
        try
        {
            var created = await api.CreateAsync(Pods, owner.Metadata.NamespaceProperty, tree, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
            await events.NormalAsync(owner, Component(owner), "SuccessfulCreate", $"Created pod: {created.Key.Name}", cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException problem) when (problem.Reason is StatusReason.Invalid or StatusReason.Forbidden)
        {
            await events.WarningAsync(owner, Component(owner), "FailedCreate", $"Error creating: {problem.Message}", cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private Task<Storage.Cache.CachedObject> SetOwnersAsync(V1Pod pod, Func<JsonArray, JsonArray> change, CancellationToken cancellationToken) =>
        api.UpdateAsync(Pods, pod.Metadata.NamespaceProperty, pod.Metadata.Name, status: false, current =>
        {
            var metadata = AdmissionChain.Metadata(current);
            metadata["uid"] = pod.Metadata.Uid;
            var owners = change(metadata["ownerReferences"] as JsonArray ?? []);
            if (owners.Count > 0)
            {
                metadata["ownerReferences"] = owners;
            }
            else
            {
                metadata.Remove("ownerReferences");
            }
            return current;
        }, WriteOptions.Default, cancellationToken);

    private static JsonArray Without(JsonArray owners, string uid) =>
        new([.. owners.Where(owner => (string?)owner?["uid"] != uid).Select(owner => owner?.DeepClone())]);

    private static string Component(IKubernetesObject<V1ObjectMeta> owner) => Catalog.ForType(owner.GetType()).Kind.ToLowerInvariant() + "-controller";
}
