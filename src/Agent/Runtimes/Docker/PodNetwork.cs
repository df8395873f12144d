using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;
using Orchestrator.Agent.Runtimes.Process;

namespace Orchestrator.Agent.Runtimes.Docker;

/// <summary>
/// The bridge that a node's pods are on, made from its podCIDR, and the addresses of it. The agent chooses each address itself, so that a
/// container's label can tell it before anything runs.
/// </summary>
internal sealed class PodNetwork(DockerClient client, string owner) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _inUse = [];
    private AddressPool? _pool;
    private string? _made;

    public void UseRange(string cidr)
    {
        lock (_lock)
        {
            if (_pool?.Cidr == cidr)
            {
                return;
            }
            (_pool, _made) = (new AddressPool(cidr), null);
            _pool.Take(Gateway(cidr));
            foreach (var address in _inUse)
            {
                _pool.Take(address);
            }
        }
    }

    /// <summary>The bridge's own address, where this node's name server is; null while there is no range.</summary>
    public string? GatewayAddress
    {
        get
        {
            lock (_lock)
            {
                return _pool is null ? null : Gateway(_pool.Cidr);
            }
        }
    }

    /// <summary>A sandbox that exists has this address.</summary>
    public void Take(string address)
    {
        lock (_lock)
        {
            _inUse.Add(address);
            _pool?.Take(address);
        }
    }

    public void Return(string address)
    {
        lock (_lock)
        {
            if (_inUse.Remove(address))
            {
                _pool?.Return(address);
            }
        }
    }

    /// <exception cref="CreateContainerException">The range has no address left, or none is known yet.</exception>
    public string Allocate()
    {
        lock (_lock)
        {
            var address = _pool?.TryAllocate() ?? throw new CreateContainerException(_pool is null
                ? "this node has no podCIDR yet"
                : $"the node's podCIDR {_pool.Cidr} has no address left");
            _inUse.Add(address);
            return address;
        }
    }

    /// <summary>The network's name; the network is there.</summary>
    public async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_made is { } made)
            {
                return made;
            }
            var cidr = _pool?.Cidr ?? throw new CreateContainerException("this node has no podCIDR yet");
            var existing = await client.Networks.ListNetworksAsync(new() { Filters = LabelFilter($"{ContainerLabels.PodNetwork}={cidr}") }, cancellationToken);
            return _made = existing is [var found, ..] ? found.Name : await CreateAsync(cidr, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Someone removed it: look again before the next sandbox.</summary>
    public void Forget() => _made = null;

    public void Dispose() => _one.Dispose();

    /// <summary>Removes networks of ranges that this node no longer has; one that is in use stays.</summary>
    public async Task RemoveUnusedAsync(bool all, CancellationToken cancellationToken)
    {
        if (_pool is null && !all)
        {
            // Which one this node needs is not known yet.
            return;
        }
        var own = await client.Networks.ListNetworksAsync(new() { Filters = LabelFilter($"{ContainerLabels.Owner}={owner}") }, cancellationToken);
        foreach (var network in own.Where(network => all || network.Name != NameOf(_pool?.Cidr ?? "")))
        {
            try
            {
                await client.Networks.DeleteNetworkAsync(network.ID, cancellationToken);
            }
            catch (DockerApiException e) when (e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                // In use, or gone already.
            }
        }
    }

    private async Task<string> CreateAsync(string cidr, CancellationToken cancellationToken)
    {
        var name = NameOf(cidr);
        await client.Networks.CreateNetworkAsync(
            new()
            {
                Name = name,
                Driver = "bridge",
                CheckDuplicate = true,
                IPAM = new() { Config = [new() { Subnet = cidr, Gateway = Gateway(cidr) }] },
                Labels = new Dictionary<string, string> { [ContainerLabels.Owner] = owner, [ContainerLabels.PodNetwork] = cidr },
            },
            cancellationToken);
        return name;
    }

    private static string NameOf(string cidr) => $"orchestrator-{cidr.Replace('/', '-')}";

    private static string Gateway(string cidr) => new AddressPool(cidr).TryAllocate() ?? throw new FormatException($"{cidr}: no address");

    private static Dictionary<string, IDictionary<string, bool>> LabelFilter(string label) =>
        new() { ["label"] = new Dictionary<string, bool> { [label] = true } };
}
