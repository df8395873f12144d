using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Controller.Hosting;
using Orchestrator.Controller.Security;
using Orchestrator.Controller.Storage;
using Xunit;

namespace Orchestrator.Controller.Tests.Serving;

/// <summary>A whole controller in this process, on a free port, over TLS, with its own data folder.</summary>
public sealed class TestServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private CertificateAuthority? _authority;
    private WebApplication? _application;
    private Uri? _address;

    internal CertificateAuthority Authority => _authority!;
    internal IServiceProvider Services => _application!.Services;
    internal IObjectStore Store => Services.GetRequiredService<IObjectStore>();

    public async ValueTask InitializeAsync()
    {
        _authority = CertificateAuthority.Open(_folder["pki"], TimeProvider.System);
        _application = ControllerApplication.Build(ControllerOptions.Parse(["--data", _folder.Path, "--listen", "127.0.0.1:0", "--node-lease-grace", "01:00:00"]), _authority);
        await _application.StartAsync();
        var bound = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _address = new Uri(bound);
        Admin = Client("admin", "system:masters");
    }

    public Uri Address => _address!;

    public HttpClient Admin { get; private set; } = new();

    /// <summary>A client with a certificate of this cluster; with no user, one without.</summary>
    public HttpClient Client(string? user, params string[] groups)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, _) => certificate is not null && Chains(certificate, chain);
        if (user is not null)
        {
            var (certificate, key) = Authority.IssueClient(user, groups, TimeSpan.FromHours(1));
            using var pem = X509Certificate2.CreateFromPem(certificate, key);
            handler.SslOptions.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, certificates, _, _) => certificates[0];
        }
        return new HttpClient(handler) { BaseAddress = _address };
    }

    public Task<(HttpStatusCode Code, JsonNode Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json") =>
        SendAsync(Admin, method, path, body, type);

    public static async Task<(HttpStatusCode Code, JsonNode Body)> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null,
        string type = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }

    /// <summary>The audit log's lines, once they are as wanted.</summary>
    public async Task<IReadOnlyList<JsonObject>> AuditAsync(Func<IReadOnlyList<JsonObject>, bool> wanted)
    {
        for (var patience = 0; ; patience++)
        {
            await using var file = new FileStream(Path.Combine(_folder.Path, "audit", "audit.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            JsonObject[] lines = [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
            if (wanted(lines))
            {
                return lines;
            }
            Assert.True(patience < 200, text);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await _application!.StopAsync();
        await _application.DisposeAsync();
        _authority!.Dispose();
        _folder.Dispose();
    }

    private bool Chains(X509Certificate certificate, X509Chain? chain)
    {
        chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build((X509Certificate2)certificate);
    }
}
