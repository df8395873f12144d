using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Admission;
using Orchestrator.Controller.Reconciling;
using Orchestrator.Model;
using Orchestrator.Model.Json;

namespace Orchestrator.Controller.Kinds.StatefulSets;

/// <summary>Makes the claims of a StatefulSet's pods, and keeps whose they are in line with its retention policy.</summary>
internal sealed class ClaimKeeper(ObjectApi api, EventRecorder events)
{
    private const string Component = "statefulset-controller";
    private static readonly ResourceKind Kind = Catalog.ForType<V1PersistentVolumeClaim>();

    /// <summary>Makes what is missing for an ordinal; its pod may be made after that.</summary>
    /// <returns>False when an old claim of the name is still on its way out: its pod has to wait.</returns>
    public async Task<bool> EnsureAsync(V1StatefulSet set, int ordinal, CancellationToken cancellationToken)
    {
        var ready = true;
        foreach (var claim in StatefulSetClaims.Of(set, ordinal))
        {
            if (api.Find(Kind, set.Metadata.NamespaceProperty, claim.Metadata.Name) is { } present)
            {
                ready &= !present.Encoded.IsDeleting;
                continue;
            }
            try
            {
                await api.CreateAsync(Kind, set.Metadata.NamespaceProperty, ModelJson.ToTree(claim), WriteOptions.Default, cancellationToken).ConfigureAwait(false);
                await events.NormalAsync(set, Component, "SuccessfulCreate",
                    $"create Claim {claim.Metadata.Name} Pod {StatefulSetPods.Name(set, ordinal)} in StatefulSet {set.Metadata.Name} success", cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException problem) when (problem.Reason is StatusReason.Invalid or StatusReason.Forbidden)
            {
                await events.WarningAsync(set, Component, "FailedCreate",
                    $"create Claim {claim.Metadata.Name} for Pod {StatefulSetPods.Name(set, ordinal)} in StatefulSet {set.Metadata.Name} failed error: {problem.Message}", cancellationToken).ConfigureAwait(false);
                throw;
            }
        }
        return ready;
    }

    /// <summary>Before pods go: a claim that is to go with its pod has to know it by then.</summary>
    public async Task OwnAsync(V1StatefulSet set, IReadOnlyCollection<V1Pod> pods, CancellationToken cancellationToken)
    {
        if (set.Spec.VolumeClaimTemplates is not { Count: > 0 })
        {
            return;
        }
        var byName = pods.ToDictionary(pod => pod.Metadata.Name);
        foreach (var item in api.Cache.List(new(Kind.GroupResource, set.Metadata.NamespaceProperty)).Items)
        {
            if (item.Encoded.IsDeleting || StatefulSetClaims.Ordinal(set, item.Key.Name) is not { } ordinal)
            {
                continue;
            }
            var claim = item.Decode<V1PersistentVolumeClaim>();
            if (StatefulSetClaims.Owners(set, claim, ordinal, byName.GetValueOrDefault(StatefulSetPods.Name(set, ordinal))) is not { } owners)
            {
                continue;
            }
            await api.UpdateAsync(Kind, item.Key.Namespace, item.Key.Name, status: false, tree =>
            {
                var metadata = AdmissionChain.Metadata(tree);
                metadata["resourceVersion"] = claim.Metadata.ResourceVersion;
                metadata["ownerReferences"] = owners.Count == 0 ? null : new JsonArray([.. owners.Select(owner => ModelJson.ToTree(owner).DeepClone())]);
                return tree;
            }, WriteOptions.Default, cancellationToken).ConfigureAwait(false);
        }
    }
}
