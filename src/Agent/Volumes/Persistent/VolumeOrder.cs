using System.Collections.Immutable;
using k8s.Models;
using Orchestrator.Model;
using Orchestrator.Model.Volumes;

namespace Orchestrator.Agent.Volumes.Persistent;

/// <summary>A volume as it is wanted of a driver.</summary>
/// <param name="Handle">Names its folder on this node.</param>
/// <param name="Driver">Who makes it.</param>
/// <param name="SizeBytes">How large it is to be.</param>
/// <param name="FileSystem">Null for the driver's own choice.</param>
/// <param name="Attributes">The parameters of its class.</param>
/// <param name="Context">What the program that made it wanted to be told.</param>
internal sealed record VolumeOrder(
    string Name, string Handle, string Driver, long SizeBytes, string? FileSystem, ImmutableSortedDictionary<string, string> Attributes, ImmutableSortedDictionary<string, string> Context)
{
    public bool HasHardSize => Attributes.TryGetValue(VolumeNames.HardSizeParameter, out var hard) && hard == "true";

    /// <summary>Its name as a volume of the container engine; null where it is none.</summary>
    public string? EngineVolume => Driver == VolumeNames.Local && Attributes.TryGetValue(VolumeNames.DockerVolumeParameter, out var engine) && engine == "true" ? $"orchestrator-{Handle}" : null;

    public static VolumeOrder Of(V1PersistentVolume volume) => new(
        volume.Metadata.Name,
        volume.Spec.Csi.VolumeHandle,
        volume.Spec.Csi.Driver,
        VolumeFacts.Size(volume.Spec.Capacity).ToInt64Ceiling(),
        volume.Spec.Csi.FsType,
        (volume.Spec.Csi.VolumeAttributes ?? new Dictionary<string, string>()).ToImmutableSortedDictionary(StringComparer.Ordinal),
        VolumeContext.Read(VolumeFacts.Annotation(volume.Metadata, VolumeNames.Context)));
}
