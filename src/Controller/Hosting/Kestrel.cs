using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Orchestrator.Controller.Kinds.Services;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Serving;

namespace Orchestrator.Controller.Hosting;

/// <summary>How the server listens.</summary>
internal static class Kestrel
{
    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(365);

    public static void Configure(KestrelServerOptions server, ControllerOptions options, CertificateAuthority authority)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = RequestBody.CutOffBytes;
        server.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        server.Limits.MaxRequestLineSize = 16 * 1024;
        server.Limits.Http2.MaxStreamsPerConnection = 1000;
        // Watches and tunnels are quiet for minutes on purpose.
        server.Limits.MinResponseDataRate = null;
        server.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        var certificate = authority.IssueServer(Names(options), CertificateLifetime);
        var time = server.ApplicationServices.GetRequiredService<TimeProvider>();
        server.Listen(options.Listen, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.Use(next => new LingeringClose(next, time).RunAsync);
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                // Judged per request by the authenticator, which answers with a Status instead of a broken handshake.
                https.ClientCertificateValidation = (client, chain, errors) =>
                {
                    authority.NoteJudged(client, chain, errors);
                    return true;
                };
                // The handshake builds a chain before it asks us; by default out of all that the machine trusts, which takes several milliseconds.
                https.OnAuthenticate = (_, handshake) => handshake.CertificateChainPolicy = authority.ClientPolicy();
            });
            listen.Use(next => connection => LingeringClose.EndAsync(next, connection, time));
            listen.Use(next => connection => WideWrites.RunAsync(next, connection));
        });
    }

    private static List<string> Names(ControllerOptions options)
    {
        var names = new List<string> { "localhost", "127.0.0.1", "::1", Dns.GetHostName() };
        names.AddRange(StandingServices.ApiNames(options));
        if (!options.Listen.Address.Equals(IPAddress.Any) && !options.Listen.Address.Equals(IPAddress.IPv6Any))
        {
            names.Add(options.Listen.Address.ToString());
        }
        // An advertised HOST:PORT names the host.
        names.AddRange(options.Advertise.Select(name => Uri.TryCreate("https://" + name, UriKind.Absolute, out var uri) ? uri.Host.Trim('[', ']') : name));
        return names;
    }
}
