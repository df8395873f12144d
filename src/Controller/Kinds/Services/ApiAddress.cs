using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Orchestrator.Controller.Hosting;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Where this controller is reached, as an address: what it was told to advertise, or listens on, or this machine's own.</summary>
internal sealed class ApiAddress
{
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IServer _server;
    private readonly ControllerOptions _options;

    public ApiAddress(IServer server, ControllerOptions options, IHostApplicationLifetime lifetime)
    {
        _server = server;
        _options = options;
        lifetime.ApplicationStarted.Register(() => _listening.TrySetResult());
    }

    /// <summary>Waits until the server listens: before, a port of 0 is not a port yet.</summary>
    public async Task<IPEndPoint> GetAsync(CancellationToken cancellationToken)
    {
        await _listening.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        var bound = _server.Features.Get<IServerAddressesFeature>()!.Addresses.First(); // Kestrel has it once started.
        var port = int.Parse(bound.AsSpan(bound.LastIndexOf(':') + 1).TrimEnd('/'), System.Globalization.CultureInfo.InvariantCulture);
        var advertised = _options.Advertise.Select(name => IPEndPoint.TryParse(name, out var end) ? end : null).FirstOrDefault(end => end?.AddressFamily == AddressFamily.InterNetwork);
        if (advertised is not null)
        {
            return new(advertised.Address, advertised.Port == 0 ? port : advertised.Port);
        }
        return new(_options.Listen.Address is { AddressFamily: AddressFamily.InterNetwork } address && !address.Equals(IPAddress.Any) ? address : Machine(), port);
    }

    private static IPAddress Machine() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card is { OperationalStatus: OperationalStatus.Up, NetworkInterfaceType: not NetworkInterfaceType.Loopback })
        // The one that leads out: bridges of container engines have no gateway.
        .OrderByDescending(card => card.GetIPProperties().GatewayAddresses.Count > 0)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
}
