using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Controller.Tunnel;

namespace Orchestrator.Controller.Tests.Serving.Metrics;

/// <summary>The far end of a tunnel: an HTTP/2 server without TLS, as an agent's is.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TcpClient _connection = new();

    private FakeAgent(WebApplication application) => _application = application;

    public NodeTunnel Tunnel { get; private set; } = null!; // Set as StartAsync's last step.

    public static async Task<FakeAgent> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var agent = new FakeAgent(builder.Build());
        agent._application.Run(answer);
        await agent._application.StartAsync();
        var bound = new Uri(agent._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()); // Just started.
        await agent._connection.ConnectAsync(IPAddress.Loopback, bound.Port);
        agent.Tunnel = new NodeTunnel(agent._connection.GetStream());
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        Tunnel.Dispose();
        _connection.Dispose();
        await _application.DisposeAsync();
    }
}
