using k8s.Models;
using Orchestrator.Agent.Volumes;
using Orchestrator.Model;

namespace Orchestrator.Agent.Runtimes.Process;

/// <summary>What a host process cannot be given. Each is refused by name: a pod that runs without its protection is worse than one that doesn't.</summary>
internal static class ProcessLimits
{
    /// <param name="userId">Who the agent runs as, and with it every process; null where the system has no such number.</param>
    /// <param name="canResolve">Whether pods have a resolv.conf of their own here.</param>
    public static IReadOnlyList<string> Find(V1Pod pod, uint? userId, bool canResolve)
    {
        List<string> found = [];
        var spec = pod.Spec;
        found.AddRange(VolumeSupport.FindUnsupported(spec));
        foreach (var (volume, i) in Indexed(spec.Volumes))
        {
            Add(found, volume.EmptyDir?.Medium == "Memory", $"spec.volumes[{i}].emptyDir.medium Memory");
            Add(found, volume.PersistentVolumeClaim?.ReadOnlyProperty == true, $"spec.volumes[{i}].persistentVolumeClaim.readOnly");
        }
        Add(found, spec.HostAliases is { Count: > 0 }, "spec.hostAliases");
        Add(found, spec.DnsConfig is not null && !canResolve, "spec.dnsConfig");
        Add(found, spec.ShareProcessNamespace == true, "spec.shareProcessNamespace");
        if (spec.SecurityContext is { } security)
        {
            AddUser(found, "spec.securityContext", security.RunAsUser, security.RunAsGroup, security.RunAsNonRoot, userId);
            Add(found, security.FsGroup is not null, "spec.securityContext.fsGroup");
            Add(found, security.SupplementalGroups is { Count: > 0 }, "spec.securityContext.supplementalGroups");
            Add(found, security.Sysctls is { Count: > 0 }, "spec.securityContext.sysctls");
            Add(found, security.SeLinuxOptions is not null, "spec.securityContext.seLinuxOptions");
        }
        foreach (var (container, i) in Indexed(spec.InitContainers))
        {
            FindInContainer(found, container, $"spec.initContainers[{i}]", userId);
        }
        foreach (var (container, i) in Indexed(spec.Containers))
        {
            FindInContainer(found, container, $"spec.containers[{i}]", userId);
        }
        return [.. found.Select(what => $"{what} not supported by the process runtime")];
    }

    private static void FindInContainer(List<string> found, V1Container container, string path, uint? userId)
    {
        Add(found, container.Tty == true, $"{path}.tty");
        Add(found, container.Stdin == true, $"{path}.stdin");
        FindInMounts(found, container, path);
        if (container.SecurityContext is { } security)
        {
            AddUser(found, $"{path}.securityContext", security.RunAsUser, security.RunAsGroup, security.RunAsNonRoot, userId);
            Add(found, security.Privileged == true, $"{path}.securityContext.privileged");
            Add(found, security.ReadOnlyRootFilesystem == true, $"{path}.securityContext.readOnlyRootFilesystem");
            Add(found, security.Capabilities?.Add is { Count: > 0 }, $"{path}.securityContext.capabilities.add");
            Add(found, security.SeLinuxOptions is not null, $"{path}.securityContext.seLinuxOptions");
        }
    }

    // Without a file system of its own, a process sees a volume only where its own working folder has room for a link.
    private static void FindInMounts(List<string> found, V1Container container, string path)
    {
        foreach (var (mount, i) in Indexed(container.VolumeMounts))
        {
            if (mount.MountPath == WellKnown.AccountFolder)
            {
                // It can't be there for one process alone: a variable says where it is.
                continue;
            }
            var field = $"{path}.volumeMounts[{i}]";
            Add(found, Path.IsPathRooted(mount.MountPath) || mount.MountPath.Split('/').Contains(".."), $"{field}.mountPath that is not below the working directory");
            Add(found, container.Image != ImageName.Host || !string.IsNullOrEmpty(container.WorkingDir), $"{field} where the working directory is not the container's own");
            Add(found, mount.ReadOnlyProperty == true, $"{field}.readOnly");
            Add(found, !string.IsNullOrEmpty(mount.SubPath) || !string.IsNullOrEmpty(mount.SubPathExpr), $"{field}.subPath");
            Add(found, mount.MountPropagation is not (null or "None"), $"{field}.mountPropagation");
        }
    }

    private static void AddUser(List<string> found, string path, long? user, long? group, bool? nonRoot, uint? userId)
    {
        Add(found, user is not null && user != userId, $"{path}.runAsUser other than the agent's own");
        Add(found, group is not null, $"{path}.runAsGroup");
        Add(found, nonRoot == true && userId == 0, $"{path}.runAsNonRoot while the agent runs as root");
    }

    private static void Add(List<string> found, bool asked, string what)
    {
        if (asked)
        {
            found.Add(what);
        }
    }

    private static IEnumerable<(T Item, int Index)> Indexed<T>(IList<T>? items) => items?.Select((item, index) => (item, index)) ?? [];
}
