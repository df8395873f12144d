using System.Globalization;
using Docker.DotNet.Models;
using k8s.Models;
using Orchestrator.Agent.Networking.Dns;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>A pod's sandbox as the engine is asked for it: what all containers of a pod share belongs to it.</summary>
internal static class SandboxSettings
{
    private const string HostNetwork = "host";
    private const long CpuShares = 2;

    public static CreateContainerParameters Build(SandboxSpec sandbox, string owner, string address, string? network, ResolverSettings? resolver, string? domain)
    {
        var pod = sandbox.Pod;
        var parameters = new CreateContainerParameters
        {
            Name = ContainerLabels.NameOf(owner, sandbox),
            Image = SandboxImage.Name,
            Labels = ContainerLabels.Of(owner, sandbox, address),
            StopSignal = "SIGKILL",
            HostConfig = new()
            {
                NetworkMode = network ?? HostNetwork,
                IpcMode = pod.HostIPC == true ? "host" : "shareable",
                PidMode = pod.HostPID == true ? "host" : null,
                Runtime = ContainerLabels.EngineRuntime(sandbox.Handler),
                ReadonlyRootfs = true,
                CPUShares = CpuShares,
                OomScoreAdj = OomScores.Sandbox,
                SecurityOpt = ["no-new-privileges"],
                LogConfig = new() { Type = "none" },
                RestartPolicy = new() { Name = RestartPolicyKind.No },
                ExtraHosts = [.. (pod.HostAliases ?? []).SelectMany(alias => (alias.Hostnames ?? []).Select(name => $"{name}:{alias.Ip}"))],
                Sysctls = pod.SecurityContext?.Sysctls?.ToDictionary(sysctl => sysctl.Name, sysctl => sysctl.Value),
            },
        };
        ApplyDns(parameters.HostConfig, resolver);
        if (network is not null)
        {
            parameters.Hostname = sandbox.Hostname;
            parameters.Domainname = string.IsNullOrEmpty(pod.Subdomain) ? null : $"{pod.Subdomain}.{sandbox.Namespace}.svc.{domain ?? "cluster.local"}";
            parameters.NetworkingConfig = new()
            {
                EndpointsConfig = new Dictionary<string, EndpointSettings>
                {
                    [network] = new() { IPAMConfig = new() { IPv4Address = address } },
                },
            };
            ApplyPorts(parameters, pod);
        }
        return parameters;
    }

    private static void ApplyDns(HostConfig host, ResolverSettings? resolver)
    {
        if (resolver is not null)
        {
            (host.DNS, host.DNSSearch, host.DNSOptions) = ([.. resolver.Nameservers], [.. resolver.Searches], [.. resolver.Options]);
        }
    }

    private static void ApplyPorts(CreateContainerParameters parameters, V1PodSpec pod)
    {
        var exposed = new Dictionary<string, EmptyStruct>();
        var bindings = new Dictionary<string, IList<PortBinding>>();
        foreach (var port in pod.Containers.Concat(pod.InitContainers ?? []).SelectMany(container => container.Ports ?? []))
        {
            if (port.HostPort is > 0)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{(port.Protocol ?? "TCP").ToLowerInvariant()}");
                exposed[key] = default;
                if (!bindings.TryGetValue(key, out var list))
                {
                    bindings[key] = list = [];
                }
                list.Add(new() { HostIP = port.HostIP ?? "", HostPort = port.HostPort.Value.ToString(CultureInfo.InvariantCulture) });
            }
        }
        (parameters.ExposedPorts, parameters.HostConfig.PortBindings) = (exposed, bindings);
    }
}
