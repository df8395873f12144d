using k8s.Models;
using Orchestrator.Agent.Volumes;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>What a pod may ask for and a container of this runtime cannot have; each is refused by name.</summary>
internal static class DockerLimits
{
    public static IReadOnlyList<string> Find(V1Pod pod)
    {
        List<string> found = [.. VolumeSupport.FindUnsupported(pod.Spec)];
        var spec = pod.Spec;
        Add(spec.HostUsers == false, "spec.hostUsers: false");
        Add(spec.HostNetwork == true && spec.SecurityContext?.Sysctls?.Any(s => s.Name.StartsWith("net.", StringComparison.Ordinal)) == true,
            "spec.securityContext.sysctls: net.* with hostNetwork");
        Add(spec.SecurityContext?.WindowsOptions is not null, "spec.securityContext.windowsOptions");
        AddAll(spec.InitContainers, "spec.initContainers");
        AddAll(spec.Containers, "spec.containers");
        return [.. found.Select(what => $"{what} not supported by the docker runtime")];

        void AddAll(IList<V1Container>? containers, string path)
        {
            for (var i = 0; i < (containers?.Count ?? 0); i++)
            {
                var container = containers?[i];
                Add(container?.SecurityContext?.WindowsOptions is not null, $"{path}[{i}].securityContext.windowsOptions");
                Add(container?.VolumeDevices is { Count: > 0 }, $"{path}[{i}].volumeDevices");
            }
        }

        void Add(bool asked, string what)
        {
            if (asked)
            {
                found.Add(what);
            }
        }
    }
}
