using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Orchestrator.Bench;

/// <summary>The same two containers a pod has, asked of the engine by nothing but the calls it takes.</summary>
internal sealed class BareEngine(DockerClient client)
{
    private const string Network = "bench";
    private int _count;

    public async Task OpenAsync() => await client.Networks.CreateNetworkAsync(new()
    {
        Name = Network, Driver = "bridge", IPAM = new() { Config = [new() { Subnet = "10.99.0.0/16", Gateway = "10.99.0.1" }] },
    });

    /// <returns>The containers' ids, the sandbox's first.</returns>
    public async Task<string[]> StartPodAsync(string script)
    {
        var number = Interlocked.Increment(ref _count) + 10;
        var sandbox = await client.Containers.CreateContainerAsync(new()
        {
            Name = $"bare-sandbox-{number}", Image = "orchestrator.dev/sandbox:1", StopSignal = "SIGKILL", Hostname = $"bare-{number}",
            HostConfig = new()
            {
                NetworkMode = Network, IpcMode = "shareable", ReadonlyRootfs = true, CPUShares = 2, SecurityOpt = ["no-new-privileges"], LogConfig = new() { Type = "none" },
            },
            NetworkingConfig = new()
            {
                EndpointsConfig = new Dictionary<string, EndpointSettings>
                {
                    [Network] = new() { IPAMConfig = new() { IPv4Address = string.Create(CultureInfo.InvariantCulture, $"10.99.{number / 250}.{number % 250 + 2}") } },
                },
            },
        });
        await client.Containers.StartContainerAsync(sandbox.ID, new());
        var container = await client.Containers.CreateContainerAsync(new()
        {
            Name = $"bare-c-{number}", Image = "host", Entrypoint = ["sh", "-c", script], Cmd = [],
            HostConfig = new()
            {
                NetworkMode = $"container:{sandbox.ID}", IpcMode = $"container:{sandbox.ID}", CPUShares = 2, PidsLimit = 4096,
                LogConfig = new() { Type = "json-file", Config = new Dictionary<string, string> { ["max-size"] = "10485760", ["max-file"] = "5" } },
            },
        });
        await client.Containers.StartContainerAsync(container.ID, new());
        return [sandbox.ID, container.ID];
    }

    public async Task RemovePodAsync(string[] pod)
    {
        foreach (var id in pod.Reverse())
        {
            await client.Containers.RemoveContainerAsync(id, new() { Force = true, RemoveVolumes = true });
        }
    }

    /// <summary>All of them, so many at a time.</summary>
    public static async Task<T[]> ParallelAsync<T>(int count, int width, Func<int, Task<T>> run)
    {
        var results = new T[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = width }, async (i, _) => results[i] = await run(i));
        return results;
    }
}
