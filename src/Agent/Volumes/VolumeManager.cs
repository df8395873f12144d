using System.Globalization;
using k8s.Models;
using Orchestrator.Agent.Pods;
using Orchestrator.Agent.Pods.Configuration;
using Orchestrator.Agent.Pods.Status;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Volumes.Persistent;
using Orchestrator.Model;

namespace Orchestrator.Agent.Volumes;

/// <summary>The volumes of this node's pods: made before the pod's sandbox.</summary>
/// <param name="claims">Null where no claims are served.</param>
internal sealed class VolumeManager(VolumeFolders folders, IPodApi api, NodeFacts node, TimeProvider time, ClaimVolumes? claims = null)
{
    private const string SubPathFolder = ".subpaths";
    private readonly ProjectedFiles _files = new(api, node, time);

    public VolumeFolders Folders { get; } = folders;

    /// <summary>What is remembered of pods that are not here any more goes.</summary>
    public void Keep(IReadOnlySet<string> podUids) => _files.Keep(podUids);

    /// <summary>Makes what is missing of the pod's volumes.</summary>
    /// <exception cref="VolumeException" />
    public async Task SetUpAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        foreach (var volume in pod.Spec.Volumes ?? [])
        {
            try
            {
                if (NameRules.DnsLabel(volume.Name) is { } wrong)
                {
                    // A folder is named by it.
                    throw new VolumeException($"spec.volumes.name: Invalid value: \"{volume.Name}\": {wrong}");
                }
                await SetUpAsync(pod, volume, cancellationToken);
            }
            catch (Exception e) when (e is VolumeException or IOException or UnauthorizedAccessException)
            {
                throw new VolumeException($"MountVolume.SetUp failed for volume \"{volume.Name}\" : {e.Message}", e);
            }
        }
    }

    /// <summary>Brings projected volumes to what the API has now; those of a pod that has none yet are left alone.</summary>
    /// <exception cref="VolumeException" />
    public async Task RefreshAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        foreach (var volume in (pod.Spec.Volumes ?? []).Where(volume => VolumeSupport.IsProjected(volume) && Directory.Exists(FolderOf(pod, volume))))
        {
            await SetUpAsync(pod, volume, cancellationToken);
        }
    }

    /// <summary>Where a container's mounts come from.</summary>
    /// <exception cref="VolumeException" />
    public ContainerVolumes Mount(V1Pod pod, V1Container container, IReadOnlyDictionary<string, string> environment)
    {
        var mounted = (pod.Spec.Volumes ?? []).Where(ClaimVolumes.IsClaim).ToDictionary(volume => volume.Name, volume => Claims.Find(pod, volume)
            ?? throw new VolumeException($"volume \"{volume.Name}\" is not set up"));
        var volumes = (pod.Spec.Volumes ?? []).ToDictionary(volume => volume.Name, volume =>
            volume.HostPath is { } hostPath ? HostPaths.Check(hostPath) : mounted.GetValueOrDefault(volume.Name)?.Path ?? FolderOf(pod, volume));
        List<ContainerMount> mounts = [];
        foreach (var mount in container.VolumeMounts ?? [])
        {
            if (!volumes.TryGetValue(mount.Name, out var source))
            {
                throw new VolumeException($"volumeMount \"{mount.Name}\" of container {container.Name} names no volume of the pod");
            }
            var subPath = string.IsNullOrEmpty(mount.SubPathExpr) ? mount.SubPath : VariableExpansion.Expand(mount.SubPathExpr, environment);
            var claim = mounted.GetValueOrDefault(mount.Name);
            var engineVolume = claim?.Order?.EngineVolume;
            if (!string.IsNullOrEmpty(subPath))
            {
                // A part of it is had as a path.
                engineVolume = null;
                var place = Path.Combine(Folders.Of(pod.Metadata.Uid), SubPathFolder, container.Name, mounts.Count.ToString(CultureInfo.InvariantCulture));
                source = SubPaths.Bind(source, subPath, place);
            }
            var readOnly = mount.ReadOnlyProperty == true || claim?.IsReadOnly == true;
            mounts.Add(new(mount.Name, source, mount.MountPath, readOnly, mount.MountPropagation, engineVolume));
        }
        return new(mounts, volumes);
    }

    private async Task SetUpAsync(V1Pod pod, V1Volume volume, CancellationToken cancellationToken)
    {
        var folder = FolderOf(pod, volume);
        var group = pod.Spec.SecurityContext?.FsGroup;
        if (ClaimVolumes.IsClaim(volume))
        {
            await Claims.SetUpAsync(pod, volume, cancellationToken);
        }
        else if (volume.HostPath is { } hostPath)
        {
            HostPaths.Check(hostPath);
        }
        else if (volume.EmptyDir is { } emptyDir)
        {
            OwnerOnly.CreateDirectory(Folders.Of(pod.Metadata.Uid));
            MakeEmpty(folder, emptyDir, group);
        }
        else if (VolumeSupport.IsProjected(volume))
        {
            // Collected first: a volume that is there is whole.
            var files = await _files.CollectAsync(pod, volume, cancellationToken);
            OwnerOnly.CreateDirectory(Folders.Of(pod.Metadata.Uid));
            Directory.CreateDirectory(folder);
            new AtomicFolder(folder).Write(files, group);
        }
    }

    private static void MakeEmpty(string folder, V1EmptyDirVolumeSource source, long? group)
    {
        if (Directory.Exists(folder))
        {
            return;
        }
        Directory.CreateDirectory(folder);
        if (source.Medium == "Memory")
        {
            var size = source.SizeLimit is { } limit ? string.Create(CultureInfo.InvariantCulture, $",size={Quantity.Parse(limit.ToString()).ToInt64Ceiling()}") : "";
            try
            {
                FileNative.MountMemory(folder, $"mode=0777{size}");
            }
            catch (IOException)
            {
                Directory.Delete(folder);
                throw;
            }
        }
        if (!OperatingSystem.IsWindows())
        {
            FileNative.SetGroup(folder, group);
            // Whoever the containers run as; with a group, what they make there belongs to it.
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111 | (group is null ? 0 : UnixFileMode.SetGroup));
        }
    }

    private ClaimVolumes Claims => claims ?? throw new VolumeException("this agent serves no persistentvolumeclaims");

    private string FolderOf(V1Pod pod, V1Volume volume) => Path.Combine(Folders.Of(pod.Metadata.Uid), Path.GetFileName(volume.Name));
}
