using System.Collections.Concurrent;
using k8s.Models;
using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Tests.Volumes.Persistent;

/// <summary>The API's volumes and claims in memory.</summary>
internal sealed class FakeVolumeApi : IVolumeApi
{
    public ConcurrentDictionary<string, V1PersistentVolume> Volumes { get; } = [];

    /// <summary>By namespace and name.</summary>
    public ConcurrentDictionary<string, V1PersistentVolumeClaim> Claims { get; } = [];

    /// <summary>Called with a word for each call, before it is done; what it throws is the call's failure.</summary>
    public Action<string> Before { get; set; } = _ => { };

    public V1Node Node { get; } = new() { Metadata = new() { Name = "node-1", Labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = "node-1" } } };

    /// <summary>A volume of node-1's, not made yet.</summary>
    public V1PersistentVolume AddVolume(string name, string policy = "Delete", string size = "16Mi", bool hard = false, string claimUid = "uid", bool engine = false)
    {
        var attributes = new Dictionary<string, string> { [VolumeNames.NodeAttribute] = "node-1" };
        if (hard)
        {
            attributes[VolumeNames.HardSizeParameter] = "true";
        }
        if (engine)
        {
            attributes[VolumeNames.DockerVolumeParameter] = "true";
        }
        return Volumes[name] = new()
        {
            Metadata = new() { Name = name, Uid = name, Finalizers = [VolumeNames.DataFinalizer] },
            Spec = new()
            {
                Capacity = new Dictionary<string, ResourceQuantity> { ["storage"] = new(size) }, AccessModes = ["ReadWriteOnce"], PersistentVolumeReclaimPolicy = policy,
                Csi = new() { Driver = VolumeNames.Local, VolumeHandle = name, VolumeAttributes = attributes },
                ClaimRef = new() { NamespaceProperty = "default", Name = "data", Uid = claimUid },
            },
            Status = new() { Phase = "Available" },
        };
    }

    public V1PersistentVolumeClaim AddClaim(string name, string volume, string @namespace = "default", string uid = "uid") => Claims[$"{@namespace}/{name}"] = new()
    {
        Metadata = new() { Name = name, NamespaceProperty = @namespace, Uid = uid, Annotations = new Dictionary<string, string> { [VolumeNames.BindCompleted] = "yes" } },
        Spec = new() { VolumeName = volume, AccessModes = ["ReadWriteOnce"] },
    };

    public Task<V1PersistentVolumeClaim?> FindClaimAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        Before("find claim");
        return Task.FromResult(Claims.GetValueOrDefault($"{@namespace}/{name}"));
    }

    public Task<V1PersistentVolume?> FindVolumeAsync(string name, CancellationToken cancellationToken)
    {
        Before("find volume");
        return Task.FromResult(Volumes.GetValueOrDefault(name));
    }

    public Task<V1Node> ReadNodeAsync(CancellationToken cancellationToken) => Task.FromResult(Node);

    public Task AnnotateAsync(V1PersistentVolume volume, IReadOnlyDictionary<string, string?> annotations, CancellationToken cancellationToken)
    {
        Before("annotate");
        if (Volumes.TryGetValue(volume.Metadata.Name, out var found))
        {
            var result = new Dictionary<string, string>(found.Metadata.Annotations ?? new Dictionary<string, string>());
            foreach (var (name, value) in annotations)
            {
                if (value is null)
                {
                    result.Remove(name);
                }
                else
                {
                    result[name] = value;
                }
            }
            found.Metadata.Annotations = result;
        }
        return Task.CompletedTask;
    }

    public Task LetGoAsync(V1PersistentVolume volume, CancellationToken cancellationToken)
    {
        Before("let go");
        Volumes.TryRemove(volume.Metadata.Name, out _);
        return Task.CompletedTask;
    }
}
