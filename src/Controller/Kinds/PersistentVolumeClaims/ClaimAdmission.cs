using System.Text.Json.Nodes;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;
using Orchestrator.Model.Json;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Controller.Kinds.PersistentVolumeClaims;

/// <summary>What a claim gets, or is refused, by its class.</summary>
internal static class ClaimAdmission
{
    private static readonly ResourceKind Claims = Catalog.ForType<V1PersistentVolumeClaim>();
    private static readonly ResourceKind Classes = Catalog.ForType<V1StorageClass>();

    /// <summary>Writes the default class into a new claim that says nothing of a class; an empty name says that it wants none.</summary>
    public static void SetClass(ObjectCache cache, ResourceKind kind, JsonObject tree)
    {
        if (kind != Claims || tree["spec"] is not JsonObject spec || spec["storageClassName"] is not null || spec["volumeName"] is not null
            || tree["metadata"]?["annotations"]?[VolumeNames.OldClass] is not null)
        {
            return;
        }
        if (DefaultOf(cache) is { } found)
        {
            spec["storageClassName"] = found.Metadata.Name;
        }
    }

    /// <summary>The class of claims that name none; of several the newest, as Kubernetes has it.</summary>
    public static V1StorageClass? DefaultOf(ObjectCache cache) => cache.List(new(Classes.GroupResource)).Items.Select(item => item.Decode<V1StorageClass>())
        .Where(VolumeFacts.IsDefault).OrderByDescending(item => item.Metadata.CreationTimestamp).ThenBy(item => item.Metadata.Name, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>A claim grows only where its class allows it, and only if its volume was made for it.</summary>
    /// <exception cref="ApiException">Forbidden.</exception>
    public static void CheckGrowth(ObjectCache cache, ResourceKind kind, JsonObject tree, JsonObject old)
    {
        if (kind != Claims || JsonNode.DeepEquals(tree["spec"]?["resources"], old["spec"]?["resources"]))
        {
            return;
        }
        var (claim, before) = ((V1PersistentVolumeClaim)ModelJson.Decode(tree, typeof(V1PersistentVolumeClaim)), (V1PersistentVolumeClaim)ModelJson.Decode(old, typeof(V1PersistentVolumeClaim)));
        if (VolumeFacts.Requested(claim) <= VolumeFacts.Requested(before))
        {
            return;
        }
        var name = VolumeFacts.ClassOf(claim);
        var volume = cache.Get(ObjectKey.Of(Catalog.ForType<V1PersistentVolume>(), null, claim.Spec.VolumeName ?? ""))?.Decode<V1PersistentVolume>();
        if (string.IsNullOrEmpty(name) || cache.Get(ObjectKey.Of(Classes, null, name))?.Decode<V1StorageClass>().AllowVolumeExpansion != true || volume is null || VolumeFacts.NodeOf(volume) is null)
        {
            throw ApiException.Forbidden(Claims, claim.Metadata.Name, "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
        }
    }
}
