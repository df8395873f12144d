using System.Net;
using System.Net.Sockets;
using k8s.Models;

namespace Orchestrator.Agent.Networking.Dns;

/// <summary>The name server of this node, on an address of its podCIDR that no pod gets.</summary>
internal sealed class NodeDns : IDisposable
{
    private const int Port = 53;
    /// <summary>The cluster's DNS service: this node's pods reach this node's server by it.</summary>
    private static readonly ServiceName Service = new("kube-system", "kube-dns");

    private readonly ServiceDirectory _directory;
    private readonly DnsZone _zone;
    private readonly DnsResponder _responder;
    private readonly DnsForwarder _forwarder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile DnsServer? _server;
    private volatile string? _failed;

    /// <summary>Where it serves; null where it does not.</summary>
    public IPAddress? Address => _server?.Address.Address;

    /// <summary>Why it does not serve; null where it does, or has no address yet.</summary>
    public string? Fault => _failed;

    public string Domain => _zone.Domain;

    public NodeDns(ServiceDirectory directory, string domain, TimeProvider time, ILogger logger)
    {
        (_directory, _zone, _time, _logger) = (directory, new(domain), time, logger);
        _responder = new(_zone);
        _forwarder = new(_responder, new Upstream(() => HostResolvers.Servers(_server?.Address.Address), time), new UpstreamCache(time));
        directory.Changed += OnChanged;
    }

    /// <summary>
    /// The range's first address (a bridge's own), but of loopback ranges, where that may be a pod's, the one before it, which on loopback is like any other.
    /// </summary>
    public static IPAddress AddressIn(string cidr)
    {
        var network = IPNetwork.Parse(cidr);
        var bytes = network.BaseAddress.GetAddressBytes();
        bytes[^1] += (byte)(IPAddress.IsLoopback(network.BaseAddress) ? 0 : 1);
        return new(bytes);
    }

    /// <summary>Serves there; does nothing where it does already. Failures are told once, and tried again at the next call.</summary>
    public void Listen(string cidr)
    {
        lock (_lock)
        {
            var address = new IPEndPoint(AddressIn(cidr), Port);
            if (_server?.Address.Equals(address) == true)
            {
                return;
            }
            _server?.Dispose();
            _server = null;
            try
            {
                _server = DnsServer.Start(address, _responder, _forwarder, _time, _logger);
                _failed = null;
                _directory.AnswerHere(Service, Slice(address.Address));
                Log.DnsServes(_logger, _zone.Domain, address);
            }
            catch (SocketException e)
            {
                var fault = $"{address}: {e.Message}";
                if (_failed != fault)
                {
                    Log.DnsNotListening(_logger, address, e.Message);
                }
                _failed = fault;
            }
        }
    }

    public void Dispose()
    {
        _directory.Changed -= OnChanged;
        lock (_lock)
        {
            _server?.Dispose();
        }
    }

    private void OnChanged(IReadOnlyCollection<ServiceName> changed)
    {
        foreach (var name in changed)
        {
            _zone.Set(name, _directory.States.TryGetValue(name, out var state) ? ZoneRecords.Of(state, _zone.Domain) : null);
        }
    }

    private static V1EndpointSlice Slice(IPAddress address) => new()
    {
        Metadata = new() { Name = "this-node", NamespaceProperty = Service.Namespace },
        AddressType = "IPv4",
        Ports = [new() { Name = "dns", Port = Port, Protocol = "UDP" }, new() { Name = "dns-tcp", Port = Port, Protocol = "TCP" }],
        Endpoints = [new() { Addresses = [address.ToString()], Conditions = new() { Ready = true, Serving = true } }],
    };
}
