using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Probes;
using Orchestrator.Agent.Tests.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Probes;

/// <summary>Probes against real servers of the protocols that are more than a line of text.</summary>
public sealed class ProtocolProbeTests
{
    [Theory]
    [InlineData(1, "0", true)]
    [InlineData(2, "0", false)]
    [InlineData(1, "5", false)]
    public async Task Grpc_StatusOfTheService_Decides(byte status, string code, bool success)
    {
        byte[] asked = [];
        await using var server = await StartAsync(listen => listen.Protocols = HttpProtocols.Http2, async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            asked = body.ToArray();
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 8, status });
            context.Response.AppendTrailer("grpc-status", code);
        });
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(TimeProvider.System);
        var result = await prober.ProbeAsync(
            new(new(), "id", "127.0.0.1", harness.Runtime), null, null, null, new V1GRPCAction { Port = PortOf(server), Service = "db" },
            TimeSpan.FromSeconds(10), ProcessHarness.Cancellation);
        Assert.Equal(success, result.Success);
        Assert.Equal([0, 0, 0, 0, 4, 0x0A, 2, (byte)'d', (byte)'b'], asked);
    }

    [Fact]
    public async Task Https_SelfSignedCertificate_IsTakenAsItIs()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=whoever", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var server = await StartAsync(listen => listen.UseHttps(certificate), context => context.Response.WriteAsync("ok"));
        await using var harness = await ProcessHarness.CreateAsync();
        using var prober = new Prober(TimeProvider.System);
        var result = await prober.ProbeAsync(
            new(new(), "id", "127.0.0.1", harness.Runtime), new() { Port = PortOf(server), Scheme = "HTTPS" }, null, null, null,
            TimeSpan.FromSeconds(10), ProcessHarness.Cancellation);
        Assert.Equal(ProbeResult.Passed, result);
    }

    private static async Task<WebApplication> StartAsync(Action<ListenOptions> listen, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen));
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync(ProcessHarness.Cancellation);
        return server;
    }

    private static int PortOf(WebApplication server) => new Uri(server.Urls.First()).Port;
}
