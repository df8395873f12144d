using Docker.DotNet;
using Orchestrator.Agent.Networking.Dns;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>Sandbox containers, with their addresses.</summary>
internal sealed class DockerSandboxes(DockerClient client, string owner, string? domain, DockerInventory inventory, EngineWatch watch, PodNetwork network) : IDisposable
{
    private readonly SandboxImage _image = new(client);

    /// <summary>Takes the addresses of the sandboxes that run.</summary>
    public void Adopt()
    {
        foreach (var entry in inventory.All.Where(entry => entry.Sandbox is { Ready: true }))
        {
            network.Take(entry.Sandbox?.Address ?? "");
        }
    }

    public void Dispose() => _image.Dispose();

    private ResolverSettings? Resolver(SandboxSpec spec) =>
        PodResolver.Of(spec.Pod, spec.Namespace, domain is null ? null : network.GatewayAddress, domain ?? "", HostResolvers.Searches());

    public async Task<SandboxObservation> RunAsync(SandboxSpec spec, CancellationToken cancellationToken)
    {
        if (inventory.Sandboxes(spec.PodUid).Select(entry => entry.Sandbox).FirstOrDefault(sandbox => sandbox is { Ready: true }) is { } existing)
        {
            return existing;
        }
        await RemoveAsync(spec.PodUid, cancellationToken);
        await _image.EnsureAsync(cancellationToken);
        var address = spec.HostAddress ?? network.Allocate();
        string? id = null;
        try
        {
            var name = spec.HostAddress is null ? await network.EnsureAsync(cancellationToken) : null;
            id = await DockerRuntime.CreateAsync(client, SandboxSettings.Build(spec, owner, address, name, Resolver(spec), domain), CancellationToken.None);
            return (await watch.StartAsync(id, cancellationToken))?.Sandbox is { Ready: true } sandbox
                ? sandbox
                : throw new CreateContainerException("the sandbox ended as soon as it was started");
        }
        catch (Exception e)
        {
            network.Return(address);
            if (id is not null)
            {
                // It is there, and nothing else would tell of it: the next try, or the pod's end, takes it away.
                inventory.Put(DockerInventory.Failed(id, spec, address));
            }
            if (e is DockerApiException)
            {
                // Whatever is missing of what it stands on is made anew by the next try.
                _image.Forget();
                network.Forget();
            }
            throw;
        }
    }

    public async Task<bool> StopAsync(string podUid, CancellationToken cancellationToken)
    {
        foreach (var entry in inventory.Sandboxes(podUid).Where(entry => entry.Sandbox is { Ready: true }).ToList())
        {
            var exited = inventory.Exited(entry.Id);
            try
            {
                await client.Containers.KillContainerAsync(entry.Id, new() { Signal = "SIGKILL" }, cancellationToken);
            }
            catch (DockerApiException e) when (e.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
            {
                await watch.RefreshAsync(entry.Id, cancellationToken);
            }
            await exited.WaitAsync(cancellationToken);
            network.Return(entry.Sandbox?.Address ?? "");
        }
        return true;
    }

    public async Task<bool> RemoveAsync(string podUid, CancellationToken cancellationToken)
    {
        foreach (var entry in inventory.Sandboxes(podUid).ToList())
        {
            await DockerRuntime.RemoveAsync(client, entry.Id, cancellationToken);
            network.Return(entry.Sandbox?.Address ?? "");
            watch.Removed(entry);
        }
        return true;
    }
}
