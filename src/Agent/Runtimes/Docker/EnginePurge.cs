using Docker.DotNet;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Removes everything that carries a data folder's mark: its containers, then its networks.</summary>
internal static class EnginePurge
{
    public static async Task RunAsync(DockerOptions options, CancellationToken cancellationToken)
    {
        var owner = options.ReadOwner();
        using var client = EngineConnection.Connect(options.Endpoint);
        var filter = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"{ContainerLabels.Owner}={owner}"] = true },
        };
        foreach (var container in await client.Containers.ListContainersAsync(new() { All = true, Filters = filter }, cancellationToken))
        {
            await DockerRuntime.RemoveAsync(client, container.ID, cancellationToken);
            Console.WriteLine($"Removed container {container.ID}");
        }
        using var network = new PodNetwork(client, owner);
        await network.RemoveUnusedAsync(all: true, cancellationToken);
    }
}
