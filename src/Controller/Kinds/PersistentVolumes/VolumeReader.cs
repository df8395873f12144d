using System.Runtime.CompilerServices;
using k8s.Models;
using Orchestrator.Controller.Storage.Cache;
using Orchestrator.Model;

namespace Orchestrator.Controller.Kinds.PersistentVolumes;

/// <summary>Volumes, claims and classes as they are now. Each state of an object is decoded once; nobody changes what is read here.</summary>
internal sealed class VolumeReader(ObjectCache cache)
{
    private static readonly ResourceKind s_volumes = Catalog.ForType<V1PersistentVolume>();
    private static readonly ResourceKind s_claims = Catalog.ForType<V1PersistentVolumeClaim>();
    private static readonly ResourceKind s_classes = Catalog.ForType<V1StorageClass>();
    private readonly ConditionalWeakTable<CachedObject, object> _read = [];

    public IEnumerable<V1PersistentVolume> Volumes => cache.List(new(s_volumes.GroupResource)).Items.Select(Read<V1PersistentVolume>);

    /// <summary>The volumes that a node's agent makes and keeps.</summary>
    public IEnumerable<V1PersistentVolume> OnNode(string node) =>
        cache.List(new(s_volumes.GroupResource) { Fields = FieldSelector.Equal(Model.Volumes.VolumeNames.NodeField, node) }).Items.Select(Read<V1PersistentVolume>);

    public V1PersistentVolume? Volume(string? name) => Find<V1PersistentVolume>(s_volumes, null, name);

    public V1PersistentVolumeClaim? Claim(string? @namespace, string? name) => Find<V1PersistentVolumeClaim>(s_claims, @namespace, name);

    public V1StorageClass? Class(string? name) => Find<V1StorageClass>(s_classes, null, name);

    public T Read<T>(CachedObject item) where T : class => (T)_read.GetValue(item, static seen => seen.Decode<T>());

    private T? Find<T>(ResourceKind kind, string? @namespace, string? name) where T : class =>
        !string.IsNullOrEmpty(name) && cache.Get(ObjectKey.Of(kind, @namespace, name)) is { } item ? Read<T>(item) : null;
}
